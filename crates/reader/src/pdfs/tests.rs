use super::*;

#[test]
fn dump() {
    let Ok(file) = std::env::var("DUMP") else { return };
    let pdf = Pdf::new(std::fs::read(file).unwrap()).unwrap();
    let mut fonts = text::Fonts::default();
    for page in pdf.pages().iter() {
        let content = text::on_page(page, &mut fonts);
        let mut run = 0;
        let mut line = String::new();
        for g in content.glyphs {
            if g.run != run {
                eprintln!("{line}");
                line = format!("{:6.1} {:6.1} {:4.1} ", g.x, g.y, g.size);
                run = g.run;
            }
            if g.is_spaced {
                line.push(' ');
            }
            line.push(g.raw);
        }
        eprintln!("{line} steps {}", content.path_steps);
        for name in page.resources().x_objects.keys() {
            let s = page.resources().get_x_object(&name).unwrap();
            eprintln!("{name:?} {:?}", s.dict());
        }
    }
}
