//! Where settings are read from: the command line, the environment and one TOML file. Knows no setting's meaning.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::{ConfigError, SETTINGS, Setting};

/// The file read when `--config` names none.
const DEFAULT_FILE: &str = "chatdesk.toml";
/// A file with a secret holds one line; anything larger is a mistake.
const MAX_SECRET_FILE: u64 = 64 * 1024;

/// Which source a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag,
    Variable(String),
    File(PathBuf),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable(name) => f.write_str(name),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// Everything that was said about settings, not yet judged.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    flags: BTreeMap<String, Vec<String>>,
    variables: BTreeMap<String, String>,
    file: toml::Table,
    file_path: PathBuf,
}

impl Sources {
    /// `flags` by key; `variables` with their full names (those that do not start with `CHATDESK_` are ignored);
    /// `path` of the file: one that was named must exist, `./chatdesk.toml` may be missing.
    pub fn gather(
        flags: BTreeMap<String, Vec<String>>,
        variables: impl Iterator<Item = (String, String)>,
        path: Option<PathBuf>,
    ) -> Result<Self, ConfigError> {
        let variables: BTreeMap<String, String> =
            variables.filter(|(name, value)| name.starts_with("CHATDESK_") && !value.is_empty()).collect();
        let named = path.or_else(|| variables.get("CHATDESK_CONFIG").map(PathBuf::from));
        let must_exist = named.is_some();
        let path = named.unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
        let file = match std::fs::read_to_string(&path) {
            Ok(text) => parse(&path, &text)?,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound && !must_exist => toml::Table::new(),
            Err(fault) => return Err(ConfigError::new(format!("{} cannot be read: {fault}", path.display()))),
        };
        Ok(Self { flags, variables, file, file_path: path })
    }

    pub(super) fn refuse_unknown_keys(&self) -> Result<(), ConfigError> {
        for key in self.file.keys() {
            let plain = key.strip_suffix("_file").unwrap_or(key);
            let setting = SETTINGS.iter().find(|s| s.file_key() == plain);
            let known = setting.is_some_and(|s| plain == key || s.secret);
            if !known {
                return Err(ConfigError::new(format!(
                    "{}: there is no setting \"{key}\"; `chatdesk config reference` lists all",
                    self.file_path.display()
                )));
            }
        }
        Ok(())
    }

    /// Variables that look like settings and are none. Refusing them would break platforms that inject
    /// `CHATDESK_PORT` and the like for a service of that name.
    pub(super) fn warnings(&self) -> Vec<String> {
        let unknown = self.variables.keys().filter(|name| {
            let plain = name.strip_suffix("_FILE").unwrap_or(name);
            let setting = SETTINGS.iter().find(|s| s.variable() == plain);
            name.as_str() != "CHATDESK_CONFIG" && !setting.is_some_and(|s| plain == name.as_str() || s.secret)
        });
        unknown.map(|name| format!("the environment variable {name} is no setting and is ignored")).collect()
    }

    /// The setting's values from the first source that has any.
    pub(super) fn find(&self, setting: &Setting) -> Result<Option<(Vec<String>, Origin)>, ConfigError> {
        if let Some(values) = self.flags.get(setting.key) {
            return Ok(Some((values.clone(), Origin::Flag)));
        }
        if let Some(found) = self.find_variable(setting)? {
            return Ok(Some(found));
        }
        self.find_in_file(setting)
    }

    fn find_variable(&self, setting: &Setting) -> Result<Option<(Vec<String>, Origin)>, ConfigError> {
        let name = setting.variable();
        let file_name = format!("{name}_FILE");
        let direct = self.variables.get(&name);
        let by_file = self.variables.get(&file_name).filter(|_| setting.secret);
        match (direct, by_file) {
            (Some(_), Some(_)) => Err(both(&name, &file_name)),
            (Some(text), None) if setting.many => {
                let values = text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty());
                Ok(Some((values.collect(), Origin::Variable(name))))
            }
            (Some(text), None) => Ok(Some((vec![text.clone()], Origin::Variable(name)))),
            (None, Some(path)) => Ok(Some((vec![secret_file(Path::new(path))?], Origin::Variable(file_name)))),
            (None, None) => Ok(None),
        }
    }

    fn find_in_file(&self, setting: &Setting) -> Result<Option<(Vec<String>, Origin)>, ConfigError> {
        let key = setting.file_key();
        let file_key = format!("{key}_file");
        let origin = Origin::File(self.file_path.clone());
        match (self.file.get(&key), self.file.get(&file_key)) {
            (Some(_), Some(_)) => Err(both(&key, &file_key)),
            (Some(toml::Value::Array(items)), None) if setting.many => {
                let values = items.iter().map(|item| scalar(&key, item)).collect::<Result<_, _>>()?;
                Ok(Some((values, origin)))
            }
            (Some(value), None) => Ok(Some((vec![scalar(&key, value)?], origin))),
            (None, Some(value)) => {
                let beside = self.file_path.parent().unwrap_or(Path::new("."));
                Ok(Some((vec![secret_file(&beside.join(scalar(&file_key, value)?))?], origin)))
            }
            (None, None) => Ok(None),
        }
    }
}

/// The one value of a setting that takes one.
pub(super) fn single(setting: &Setting, values: Vec<String>) -> Result<String, ConfigError> {
    match <[String; 1]>::try_from(values) {
        Ok([value]) => Ok(value),
        Err(values) => Err(ConfigError::new(format!("{} takes one value, {} were given", setting.key, values.len()))),
    }
}

fn parse(path: &Path, text: &str) -> Result<toml::Table, ConfigError> {
    // The parser's own message quotes the line, which may hold a password; its position is enough.
    text.parse::<toml::Table>().map_err(|fault| {
        let line = fault.span().map_or(0, |span| text.get(..span.start).map_or(0, |t| t.matches('\n').count()));
        ConfigError::new(format!("{} is not valid TOML: line {}: {}", path.display(), line + 1, fault.message()))
    })
}

fn scalar(key: &str, value: &toml::Value) -> Result<String, ConfigError> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(on) => Ok(if *on { "on" } else { "off" }.to_owned()),
        other => Err(ConfigError::new(format!("{key} must be a text, not a {}", other.type_str()))),
    }
}

fn both(one: &str, other: &str) -> ConfigError {
    ConfigError::new(format!("{one} and {other} are both set; keep one"))
}

fn secret_file(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |why: &dyn fmt::Display| ConfigError::new(format!("{} cannot be read: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|fault| unreadable(&fault))?.len();
    if size > MAX_SECRET_FILE {
        return Err(unreadable(&"it is larger than 64 KiB"));
    }
    let text = std::fs::read_to_string(path).map_err(|fault| unreadable(&fault))?;
    Ok(text.trim().to_owned())
}
