//! Mails in full, and mails about things with hostile names.

use super::*;
use proptest::prelude::*;

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A job of three assets, one of which failed.
fn mail(language: Language) -> JobMail {
    JobMail {
        language,
        zone: jiff::tz::TimeZoneDatabase::bundled().get("Europe/Paris").unwrap(),
        moment: Moment::CompletedWithErrors,
        company: "Acme".into(),
        original_name: "spring".into(),
        run_name: "spring_2026-11-25-14:05:09".into(),
        submitter: "ana@example.com".into(),
        description: "Catalogue".into(),
        started: instant("2026-11-25T13:05:09Z"),
        ended: Some(instant("2026-11-25T13:06:10Z")),
        counts: MailCounts {
            total: 1234,
            success: 1233,
            warning: 1,
            error: 1,
            cancelled: 0,
            duplicate: 2,
        },
        cause: None,
        problems: vec![
            AssetProblem {
                name: "logo.tif".into(),
                cause: Cause { reason: "DECODE_FAILED".into(), message: "tiff is damaged".into() },
                warning: false,
            },
            AssetProblem {
                name: "f.ttf".into(),
                cause: Cause { reason: "NEW_REASON".into(), message: "something new".into() },
                warning: true,
            },
        ],
        problem_count: 2,
        links: vec![Link {
            name: "spring.zip".into(),
            bytes: 3_449_999,
            place: "https://dam.example.com/a/1?x=1&y=2".into(),
            expires: Some(instant("2026-12-02T13:06:10Z")),
        }],
        link_count: 1,
        log_handle: "j|1||spring_2026-11-25-14:05:09|7".into(),
    }
}

/// Blanks that do not break, as those that do: easier to read in a test.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn the_whole_text_in_english() {
    let written = build(&mail(Language::English));
    assert_eq!(written.subject, "[Acme] export \"spring\": completed with errors");
    let expected = "\
The export \"spring\" is complete, but not all assets could be exported.

Run:          spring_2026-11-25-14:05:09
Company:      Acme
Submitted by: ana@example.com
Description:  Catalogue
Started:      November 25, 2026, 14:05:09 (Europe/Paris, UTC+01:00)
Ended:        November 25, 2026, 14:06:10 (Europe/Paris, UTC+01:00)
Duration:     1 min 1 s

Result
  Assets:                 1,234
  Exported:               1,233
  of these with warnings: 1
  Failed:                 1
  Not processed:          0
  Requested twice:        2

Downloads
  spring.zip (3.4 MB)
    https://dam.example.com/a/1?x=1&y=2
    available until December 2, 2026, 14:06:10 (Europe/Paris, UTC+01:00)

Problems
  logo.tif – failed: the file is damaged or of an unknown format
    DECODE_FAILED: tiff is damaged
  f.ttf – warning: something new
    NEW_REASON

Job log: j|1||spring_2026-11-25-14:05:09|7

-- \n\
This message was sent automatically by offprint. Please do not reply to it.
";
    assert_eq!(plain(&written.text), expected);
}

#[test]
fn french_and_german() {
    let french = build(&mail(Language::French));
    assert_eq!(plain(&french.subject), "[Acme] export « spring » : terminé avec des erreurs");
    let text = plain(&french.text);
    for line in [
        "L’export « spring » est terminé, mais des ressources n’ont pas pu être exportées.",
        "Demandé par : ana@example.com",
        "Début :       25 novembre 2026 à 14:05:09 (Europe/Paris, UTC+01:00)",
        "  Exportées :                1 233",
        "  spring.zip (3,4 Mo)",
        "    disponible jusqu’au 2 décembre 2026 à 14:06:10 (Europe/Paris, UTC+01:00)",
        "  logo.tif – échec : le fichier est endommagé ou d’un format inconnu",
        "Journal de la tâche : j|1||spring_2026-11-25-14:05:09|7",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let german = build(&mail(Language::German));
    assert_eq!(german.subject, "[Acme] Export „spring“: mit Fehlern abgeschlossen");
    let text = plain(&german.text);
    for line in [
        "Der Export „spring“ ist abgeschlossen, aber nicht alle Assets konnten exportiert werden.",
        "  Exportiert:          1.233",
        "  f.ttf – Warnung: something new",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(german.html.contains("<html lang=\"de\">") && german.html.contains("„spring“"));
}

#[test]
fn every_moment_has_its_subject_and_lead() {
    for language in Language::ALL {
        let mut seen = std::collections::HashSet::new();
        for moment in [
            Moment::Begin,
            Moment::Succeeded,
            Moment::SucceededWithWarnings,
            Moment::CompletedWithErrors,
            Moment::Failed,
            Moment::Stopped,
        ] {
            let written = build(&JobMail { moment, ..mail(language) });
            assert!(!written.text.contains("mail.") && !written.html.contains("mail."));
            assert!(!written.text.contains(['{', '?']) || written.text.contains("?x=1"));
            assert!(seen.insert(written.subject) && seen.insert(written.text));
        }
    }
}

#[test]
fn the_begin_has_no_results_yet() {
    let begin = JobMail {
        moment: Moment::Begin,
        ended: None,
        problems: Vec::new(),
        problem_count: 0,
        ..mail(Language::English)
    };
    let written = build(&begin);
    assert_eq!(written.subject, "[Acme] export \"spring\": started");
    for absent in ["Ended", "Exported", "Downloads", "Problems", "https://"] {
        assert!(!written.text.contains(absent) && !written.html.contains(absent), "{absent}");
    }
    assert!(written.text.contains("Assets:          1,234"));
}

#[test]
fn a_failed_job_says_why() {
    let cause = Cause { reason: "UNKNOWN_MACRO".into(), message: "no macro \"web\"".into() };
    let failed = JobMail { moment: Moment::Failed, cause: Some(cause), ..mail(Language::German) };
    let line = "Ursache:        das Bildformat gibt es nicht (UNKNOWN_MACRO: no macro \"web\")";
    let text = build(&failed).text;
    assert!(text.lines().any(|found| found == line), "{text}");
}

#[test]
fn twenty_problems_and_twenty_links_are_shown() {
    let mut many = mail(Language::English);
    let problem = many.problems.remove(0);
    many.problems =
        (0..25).map(|n| AssetProblem { name: format!("p{n:02}.tif"), ..problem.clone() }).collect();
    many.problem_count = 1_000;
    let link = many.links.remove(0);
    many.links = (0..21).map(|n| Link { name: format!("f{n:02}.zip"), ..link.clone() }).collect();
    let written = build(&many);
    for text in [&written.text, &written.html] {
        assert!(text.contains("p19.tif") && !text.contains("p20.tif"));
        assert!(text.contains("f19.zip") && !text.contains("f20.zip"));
        assert!(text.contains("and 980 more problems") && text.contains("and 1 more file"));
    }
}

#[test]
fn copies_have_the_links_and_nothing_else() {
    let written = build_copy(&mail(Language::French)).unwrap();
    assert_eq!(plain(&written.subject), "[Acme] export « spring » : fichiers à télécharger");
    for text in [&written.text, &written.html] {
        assert!(text.contains("spring.zip") && text.contains("2 décembre 2026"));
        for absent in ["logo.tif", "Catalogue", "ana@example.com", "j|1", "1\u{202f}234"] {
            assert!(!text.contains(absent), "{absent}: {text}");
        }
    }
    assert_eq!(build_copy(&JobMail { links: Vec::new(), ..mail(Language::French) }), None);
}

#[test]
fn hostile_names_stay_text() {
    let evil = "\"><script>alert('1')</script>&amp;\r\nBcc: x@example.com\u{202e}gpj.exe";
    let mut hostile = mail(Language::English);
    hostile.company = evil.into();
    hostile.original_name = evil.into();
    hostile.run_name = evil.into();
    hostile.submitter = evil.into();
    hostile.description = evil.into();
    hostile.log_handle = evil.into();
    hostile.cause = Some(Cause { reason: evil.into(), message: evil.into() });
    hostile.problems[0].name = evil.into();
    hostile.problems[0].cause.message = evil.into();
    hostile.links[0].name = evil.into();
    hostile.links[0].place = format!("https://x/{evil}");
    hostile.links.push(Link { place: "javascript:alert(1)".into(), ..hostile.links[0].clone() });
    let written = build(&hostile);
    assert!(!written.subject.contains(['\r', '\n', '\u{202e}']));
    assert!(!written.html.contains("<script") && !written.html.contains('\u{202e}'));
    assert!(!written.html.contains("href=\"javascript"));
    assert!(written.html.contains("<code>javascript:alert(1)</code>"));
    assert!(written.html.contains("href=\"https://x/&quot;&gt;&lt;script&gt;"));
    assert!(!written.text.lines().any(|line| line.starts_with("Bcc")));
    let escaped = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;";
    assert!(written.html.contains(escaped));
}

#[test]
fn long_values_are_cut() {
    let long = JobMail { description: "ä".repeat(100_000), ..mail(Language::English) };
    let written = build(&long);
    assert!(written.text.contains(&format!("{}…\n", "ä".repeat(500))));
    assert!(!written.text.contains(&"ä".repeat(501)));
}

proptest! {
    /// Every tag that opens closes again, whatever the names are.
    #[test]
    fn html_stays_whole(name in any::<String>(), place in any::<String>(), reason in any::<String>()) {
        let mut any_names = mail(Language::French);
        any_names.original_name = name.clone();
        any_names.problems[0].name = name.clone();
        any_names.problems[0].cause = Cause { reason, message: name };
        any_names.links[0].place = place;
        let written = build(&any_names);
        prop_assert_eq!(written.subject.lines().count(), 1);
        let mut open: Vec<&str> = Vec::new();
        for piece in written.html.split('<').skip(1) {
            let Some((tag, text)) = piece.split_once('>') else {
                return Err(TestCaseError::fail("a tag does not end"));
            };
            prop_assert!(!text.contains('>'));
            let name = tag.split(' ').next().unwrap_or_default();
            match name.strip_prefix('/') {
                Some(name) => prop_assert_eq!(open.pop(), Some(name)),
                None if matches!(name, "!DOCTYPE" | "meta" | "br") => {}
                None => open.push(name),
            }
        }
        prop_assert!(open.is_empty());
    }
}
