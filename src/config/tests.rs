use super::*;

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn refusal(variables: Vec<(String, String)>) -> String {
    Config::load(None, variables).unwrap().check().unwrap_err().to_string()
}

#[test]
fn nothing_given_means_the_defaults() {
    assert_eq!(Config::load(None, []).unwrap(), Config::default());
}

#[test]
fn variables_that_kubernetes_makes_are_no_settings() {
    let made = variables(&[
        ("OFFPRINT_PORT", "tcp://10.0.0.1:50051"),
        ("OFFPRINT_SERVICE_HOST", "10.0.0.1"),
        ("OFFPRINT_PORT_50051_TCP_ADDR", "10.0.0.1"),
    ]);
    assert_eq!(Config::load(None, made).unwrap(), Config::default());
}

#[test]
fn a_variable_wins_over_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("offprint.toml");
    std::fs::write(&file, "[limits]\nmax_input_pixels = 5\nmax_output_pixels = 6\n").unwrap();
    let config = Config::load(
        Some(&file),
        variables(&[("OFFPRINT_LIMITS__MAX_INPUT_PIXELS", "7"), ("OFFPRINT_DATA_DIR", "/x y")]),
    )
    .unwrap();
    assert_eq!(config.limits.max_input_pixels, 7);
    assert_eq!(config.limits.max_output_pixels, 6);
    assert_eq!(config.data_dir, PathBuf::from("/x y"));
}

#[test]
fn unknown_keys_are_refused_by_name() {
    let error = Config::load(None, variables(&[("OFFPRINT_LIMITS__MAX_PIXELS", "7")])).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("max_pixels") && text.contains("OFFPRINT_LIMITS__MAX_PIXELS"), "{text}");
}

#[test]
fn other_addresses_than_loopback_need_insecure() {
    let open = variables(&[("OFFPRINT_LISTEN", "0.0.0.0:1")]);
    let text = refusal(open.clone());
    assert!(text.contains("0.0.0.0:1") && text.contains("--insecure"), "{text}");
    let mut allowed = open;
    allowed.push(("OFFPRINT_INSECURE".into(), "true".into()));
    let config = Config::load(None, allowed).unwrap();
    assert!(config.insecure && config.check().is_ok());
}

#[test]
fn wrong_values_name_the_setting_and_its_range() {
    for (name, value, expected) in [
        ("OFFPRINT_DEFAULTS__JPEG_QUALITY", "0", "defaults.jpeg_quality is 0"),
        ("OFFPRINT_DEFAULTS__RES_MODE", "nearest", "bilin, bicub, sharp2 or bisharp"),
        ("OFFPRINT_DEFAULTS__BKG_COLOR", "white", "RRGGBB"),
        ("OFFPRINT_DEFAULTS__BKG_COLOR", "+fffff", "RRGGBB"),
        ("OFFPRINT_DEFAULTS__PRINT_RESOLUTION", "0", "defaults.print_resolution is 0"),
        ("OFFPRINT_DEFAULTS__PRINT_RESOLUTION", "65536", "1 to 65535"),
        ("OFFPRINT_WATCH__HEARTBEAT_SECONDS", "61", "1 to 60"),
        ("OFFPRINT_COMPANIES", "[\"acme\"]", "\"c|1\""),
    ] {
        let text = refusal(variables(&[(name, value)]));
        assert!(text.contains(expected), "{name}={value}: {text}");
    }
}

/// Every setting is explained, and nothing else is.
#[test]
fn docs_name_every_setting() {
    let docs = include_str!("../../docs/settings.md");
    let table = toml::Table::try_from(Config::default()).unwrap();
    for (key, value) in &table {
        match value {
            toml::Value::Table(section) => {
                for inner in section.keys() {
                    assert!(docs.contains(&format!("`{key}.{inner}`")), "{key}.{inner}");
                }
            }
            _ => assert!(docs.contains(&format!("`{key}`")), "{key}"),
        }
    }
}

#[test]
fn limits_of_the_language_are_settings() {
    let mut config = Config::default();
    config.limits.max_nested_requests = 2;
    config.limits.max_modifier_bytes = 100;
    let limits = config.conversion_defaults().unwrap().limits;
    assert_eq!((limits.nesting, limits.modifier_bytes), (2, 100));
    assert_eq!(Config::default().conversion_defaults().unwrap().limits, Default::default());
    config.limits.max_macro_depth = 65;
    assert!(config.check().unwrap_err().to_string().contains("limits.max_macro_depth is 65"));
}
