//! A number with its name and unit, as text for other programs: bare, CSV, JSON, LaTeX, Python.

/// A number with its name and unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// Its symbol, with subscripts behind an underscore: `S_A`, `c_eff`.
    pub symbol: String,
    /// What it is of, in words: `A = 40..88`; may be empty.
    pub of: String,
    /// The number, at full precision.
    pub value: f64,
    /// Its unit; empty for none.
    pub unit: String,
}

/// A form that a number is copied in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberForm {
    /// The digits alone.
    Value,
    /// A header and a row.
    Csv,
    /// An object.
    Json,
    /// A formula.
    Latex,
    /// An assignment.
    Python,
}

impl NumberForm {
    /// All of them, the bare number first.
    pub const ALL: [Self; 5] = [Self::Value, Self::Csv, Self::Json, Self::Latex, Self::Python];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Value => "number",
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Latex => "LaTeX",
            Self::Python => "Python",
        }
    }
}

impl Quantity {
    /// A quantity.
    #[must_use]
    pub fn new(
        symbol: impl Into<String>,
        of: impl Into<String>,
        value: f64,
        unit: impl Into<String>,
    ) -> Self {
        Self { symbol: symbol.into(), of: of.into(), value, unit: unit.into() }
    }

    /// The quantity as text. Every form holds all digits: reading it gives the same 64-bit number back.
    #[must_use]
    pub fn text(&self, form: NumberForm) -> String {
        let Self { symbol, of, value, unit } = self;
        match form {
            NumberForm::Value => value.to_string(),
            NumberForm::Csv => {
                let mut table =
                    super::Table::new(&[("quantity", ""), ("of", ""), ("value", ""), ("unit", "")]);
                let cells =
                    [symbol.as_str().into(), of.as_str().into(), (*value).into(), unit.as_str().into()];
                table.rows.push(cells.into());
                String::from_utf8_lossy(&table.csv()).trim_end().to_string()
            }
            NumberForm::Json => {
                serde_json::json!({ "quantity": symbol, "of": of, "value": value, "unit": unit }).to_string()
            }
            NumberForm::Latex => {
                let unit = match unit.as_str() {
                    "" => String::new(),
                    unit => format!(r"\,\mathrm{{{unit}}}"),
                };
                format!("{} = {}{unit}", latex_symbol(symbol), latex_number(*value))
            }
            NumberForm::Python => {
                let about: Vec<&str> =
                    [unit.as_str(), of.as_str()].into_iter().filter(|word| !word.is_empty()).collect();
                let comment =
                    if about.is_empty() { String::new() } else { format!("  # {}", about.join(", ")) };
                format!("{} = {}{comment}", python_name(symbol), python_number(*value))
            }
        }
    }
}

/// `c_eff` → `c_{\mathrm{eff}}`, `S_A` → `S_A`; Greek letters by name.
fn latex_symbol(symbol: &str) -> String {
    let greek = |c: char| match c {
        'ξ' => r"\xi ".into(),
        'τ' => r"\tau ".into(),
        'λ' => r"\lambda ".into(),
        '′' => "'".into(),
        c => c.to_string(),
    };
    let (base, index) = symbol.split_once('_').unwrap_or((symbol, ""));
    let base: String = base.chars().map(greek).collect();
    match index.chars().count() {
        0 => base.trim().into(),
        1 => format!("{}_{index}", base.trim()),
        _ => format!(r"{}_{{\mathrm{{{index}}}}}", base.trim()),
    }
}

/// `1e-7` → `1 \times 10^{-7}`; the rest as it is.
fn latex_number(value: f64) -> String {
    let text = if value != 0.0 && !(1e-4..1e9).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        value.to_string()
    };
    match text.split_once('e') {
        Some((digits, exponent)) => format!(r"{digits} \times 10^{{{exponent}}}"),
        None => text,
    }
}

/// A name that Python takes: letters, digits and underscores.
fn python_name(symbol: &str) -> String {
    let word = |c: char| match c {
        'ξ' => "xi".into(),
        'τ' => "tau".into(),
        'λ' => "lambda_".into(),
        '′' => "_prime".into(),
        c if c.is_ascii_alphanumeric() || c == '_' => c.to_string(),
        _ => "_".into(),
    };
    let name: String = symbol.chars().map(word).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

fn python_number(value: f64) -> String {
    match value {
        v if v.is_nan() => "float('nan')".into(),
        v if v.is_infinite() => format!("float('{}inf')", if v < 0.0 { "-" } else { "" }),
        v => format!("{v:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_holds_all_digits() {
        let s = Quantity::new("S_A", "A = 5..37,40..50", 0.1 + 0.2, "nats");
        let text = |form| s.text(form);
        assert_eq!(text(NumberForm::Value), "0.30000000000000004");
        assert_eq!(
            text(NumberForm::Csv),
            "quantity,of,value,unit\nS_A,\"A = 5..37,40..50\",0.30000000000000004,nats"
        );
        let json: serde_json::Value = serde_json::from_str(&text(NumberForm::Json)).unwrap();
        assert_eq!(json["value"].as_f64(), Some(0.1 + 0.2));
        assert_eq!(text(NumberForm::Latex), r"S_A = 0.30000000000000004\,\mathrm{nats}");
        assert_eq!(text(NumberForm::Python), "S_A = 0.30000000000000004  # nats, A = 5..37,40..50");
    }

    #[test]
    fn symbols_and_powers_of_ten_are_written_as_each_language_has_them() {
        let latex = |symbol: &str, value| Quantity::new(symbol, "", value, "").text(NumberForm::Latex);
        assert_eq!(latex("c_eff", 0.5), r"c_{\mathrm{eff}} = 0.5");
        assert_eq!(latex("ξ", 3e-7), r"\xi = 3 \times 10^{-7}");
        let python = |symbol: &str, value| Quantity::new(symbol, "", value, "").text(NumberForm::Python);
        assert_eq!(python("K′2", 3e-7), "K_prime2 = 3e-7");
        assert_eq!(python("ξ", f64::INFINITY), "xi = float('inf')");
        assert_eq!(python("m ln 2", 2.0), "m_ln_2 = 2.0");
    }
}
