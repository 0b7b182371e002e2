//! The stable codes of what can be wrong with a configuration.

use std::fmt;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        /// The kind of a fault. A code keeps its number and meaning for good.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// What people read and search for, such as `LW0107`.
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $number,)+ }
            }

            /// What it means and what to do, for `leeward explain`.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc, "\n",)+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The text is not HCL. The parser stops at the first such place of a file; the other files are still read.
    Syntax = "LW0101",
    /// A file or folder cannot be read, is not UTF-8, or holds no `*.hcl` file.
    Unreadable = "LW0102",
    /// There is no kind of block of this name.
    UnknownKind = "LW0103",
    /// A block has labels that its kind does not take, lacks one, or the label is no name.
    Labels = "LW0104",
    /// A block does not take an attribute or an inner block of this name.
    UnknownAttribute = "LW0105",
    /// An attribute or inner block that must be there is not.
    Missing = "LW0106",
    /// A name is used that nothing declares.
    NotDeclared = "LW0107",
    /// The same thing is declared twice.
    Duplicate = "LW0108",
    /// A value is of another type than is needed here.
    WrongType = "LW0109",
    /// A value is of the right type and still can not be right: a duration, an address, a name, a choice, a range.
    Invalid = "LW0110",
    /// A reference points at a block of another kind than is needed here.
    WrongReference = "LW0111",
    /// Something needs itself to be known, directly or through others.
    Cycle = "LW0112",
    /// A value has no such attribute, key or element.
    NoSuchElement = "LW0113",
    /// An operator cannot be applied to these operands.
    Operator = "LW0114",
    /// There is no such function, or it takes other arguments.
    Call = "LW0115",
    /// A function refused what it was given.
    Function = "LW0116",
    /// `for_each` or `count` cannot be expanded.
    Repetition = "LW0117",
    /// A variable has no default and was given no value.
    NoValue = "LW0118",
    /// A variable's value does not fit its type, or the type is none.
    VariableType = "LW0119",
    /// A variable's own validation refuses its value.
    Validation = "LW0120",
    /// A value is given for a variable that is not declared.
    UndeclaredVariable = "LW0121",
    /// A precondition does not hold.
    Precondition = "LW0122",
    /// A sensitive value stands where it would be shown.
    Sensitive = "LW0123",
    /// A module cannot be used as it is called.
    Module = "LW0124",
    /// This leeward is not of a version that the configuration asks for.
    Version = "LW0125",
    /// The settings in the `leeward` block are read before anything else and must be literals.
    Settings = "LW0126",
    /// An expression or a chain of references is deeper or larger than leeward will follow.
    TooDeep = "LW0127",
    /// Attributes or blocks exclude one another.
    Conflict = "LW0128",
    /// `lifecycle` or `depends_on` holds what they do not take.
    Lifecycle = "LW0129",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
