//! XML text, written by hand so that each oddity of real files can be made on purpose.

use quick_xml::escape::escape;

/// A growing XML text.
pub(crate) struct Markup {
    out: String,
    depth: usize,
    /// Whether elements stand on lines of their own, indented by two spaces.
    is_indented: bool,
}

impl Markup {
    /// An XML text that starts with `prolog`.
    pub(crate) fn new(prolog: &str, is_indented: bool) -> Markup {
        Markup {
            out: prolog.to_owned(),
            depth: 0,
            is_indented,
        }
    }

    fn start_line(&mut self) {
        if self.is_indented && !self.out.is_empty() {
            self.out.push('\n');
            self.out.push_str(&"  ".repeat(self.depth));
        }
    }

    /// Opens an element; `tag` may carry attributes.
    pub(crate) fn open(&mut self, tag: &str) {
        self.start_line();
        self.out.push('<');
        self.out.push_str(tag);
        self.out.push('>');
        self.depth += 1;
    }

    /// Closes an element by its bare name.
    pub(crate) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.start_line();
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// An element with text; `tag` may carry attributes.
    pub(crate) fn leaf(&mut self, tag: &str, text: &str) {
        self.raw_leaf(tag, &escape(text));
    }

    /// An element with text that is XML already, such as CDATA.
    pub(crate) fn raw_leaf(&mut self, tag: &str, xml: &str) {
        let name = tag.split(' ').next().unwrap_or(tag).to_owned();
        self.start_line();
        self.out.push_str(&format!("<{tag}>{xml}</{name}>"));
    }

    /// An element without content, `<tag/>`.
    pub(crate) fn empty(&mut self, tag: &str) {
        self.start_line();
        self.out.push_str(&format!("<{tag}/>"));
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        self.out
    }
}
