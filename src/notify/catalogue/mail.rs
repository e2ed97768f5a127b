//! Texts of mails.

use super::Row;

pub(super) const ROWS: [Row; 48] = [
    ("outcome.begin", ["started", "démarré", "gestartet"]),
    ("outcome.succeeded", ["succeeded", "réussi", "erfolgreich"]),
    (
        "outcome.succeeded_with_warnings",
        ["succeeded with warnings", "réussi avec des avertissements", "erfolgreich, mit Warnungen"],
    ),
    (
        "outcome.completed_with_errors",
        ["completed with errors", "terminé avec des erreurs", "mit Fehlern abgeschlossen"],
    ),
    ("outcome.failed", ["failed", "échec", "fehlgeschlagen"]),
    ("outcome.stopped", ["stopped", "arrêté", "gestoppt"]),
    (
        "mail.subject",
        [
            "[{company}] export \"{name}\": {outcome}",
            "[{company}] export «\u{a0}{name}\u{a0}»\u{a0}: {outcome}",
            "[{company}] Export „{name}“: {outcome}",
        ],
    ),
    (
        "mail.lead.begin",
        [
            "The export \"{name}\" has started.",
            "L’export «\u{a0}{name}\u{a0}» a commencé.",
            "Der Export „{name}“ wurde gestartet.",
        ],
    ),
    (
        "mail.lead.succeeded",
        [
            "The export \"{name}\" is complete. All assets were exported.",
            "L’export «\u{a0}{name}\u{a0}» est terminé. Toutes les ressources ont été exportées.",
            "Der Export „{name}“ ist abgeschlossen. Alle Assets wurden exportiert.",
        ],
    ),
    (
        "mail.lead.succeeded_with_warnings",
        [
            "The export \"{name}\" is complete. All assets were exported, but there are warnings.",
            "L’export «\u{a0}{name}\u{a0}» est terminé. Toutes les ressources ont été exportées, mais il y a des avertissements.",
            "Der Export „{name}“ ist abgeschlossen. Alle Assets wurden exportiert, es gibt jedoch Warnungen.",
        ],
    ),
    (
        "mail.lead.completed_with_errors",
        [
            "The export \"{name}\" is complete, but not all assets could be exported.",
            "L’export «\u{a0}{name}\u{a0}» est terminé, mais des ressources n’ont pas pu être exportées.",
            "Der Export „{name}“ ist abgeschlossen, aber nicht alle Assets konnten exportiert werden.",
        ],
    ),
    (
        "mail.lead.failed",
        [
            "The export \"{name}\" failed and could not be completed.",
            "L’export «\u{a0}{name}\u{a0}» a échoué et n’a pas pu être mené à son terme.",
            "Der Export „{name}“ ist fehlgeschlagen und konnte nicht zu Ende geführt werden.",
        ],
    ),
    (
        "mail.lead.stopped",
        [
            "The export \"{name}\" was stopped before it was complete.",
            "L’export «\u{a0}{name}\u{a0}» a été arrêté avant la fin.",
            "Der Export „{name}“ wurde gestoppt, bevor er abgeschlossen war.",
        ],
    ),
    (
        "mail.copy.lead",
        [
            "The files of the export \"{name}\" are ready for you to download.",
            "Les fichiers de l’export «\u{a0}{name}\u{a0}» sont prêts à être téléchargés.",
            "Die Dateien des Exports „{name}“ stehen für Sie zum Herunterladen bereit.",
        ],
    ),
    (
        "mail.copy.subject",
        [
            "[{company}] export \"{name}\": files ready to download",
            "[{company}] export «\u{a0}{name}\u{a0}»\u{a0}: fichiers à télécharger",
            "[{company}] Export „{name}“: Dateien zum Herunterladen",
        ],
    ),
    ("mail.run", ["Run", "Exécution", "Lauf"]),
    ("mail.company", ["Company", "Société", "Unternehmen"]),
    ("mail.submitter", ["Submitted by", "Demandé par", "Beauftragt von"]),
    ("mail.description", ["Description", "Description", "Beschreibung"]),
    ("mail.started", ["Started", "Début", "Beginn"]),
    ("mail.ended", ["Ended", "Fin", "Ende"]),
    ("mail.duration", ["Duration", "Durée", "Dauer"]),
    ("mail.cause", ["Cause", "Cause", "Ursache"]),
    ("mail.results", ["Result", "Résultat", "Ergebnis"]),
    ("mail.total", ["Assets", "Ressources", "Assets"]),
    ("mail.success", ["Exported", "Exportées", "Exportiert"]),
    ("mail.warning", ["of these with warnings", "dont avec avertissements", "davon mit Warnungen"]),
    ("mail.error", ["Failed", "En erreur", "Fehlgeschlagen"]),
    ("mail.cancelled", ["Not processed", "Non traitées", "Nicht bearbeitet"]),
    ("mail.duplicate", ["Requested twice", "Demandées en double", "Doppelt angefordert"]),
    ("mail.downloads", ["Downloads", "Téléchargements", "Downloads"]),
    (
        "mail.until",
        ["available until {date}", "disponible jusqu’au {date}", "verfügbar bis {date}"],
    ),
    (
        "mail.more_downloads",
        [
            "and {count} more file|and {count} more files",
            "et {count} autre fichier|et {count} autres fichiers",
            "und {count} weitere Datei|und {count} weitere Dateien",
        ],
    ),
    ("mail.problems", ["Problems", "Problèmes", "Probleme"]),
    (
        "mail.more_problems",
        [
            "and {count} more problem|and {count} more problems",
            "et {count} autre problème|et {count} autres problèmes",
            "und {count} weiteres Problem|und {count} weitere Probleme",
        ],
    ),
    ("mail.is_error", ["failed", "échec", "fehlgeschlagen"]),
    ("mail.is_warning", ["warning", "avertissement", "Warnung"]),
    ("mail.log", ["Job log", "Journal de la tâche", "Protokoll des Auftrags"]),
    (
        "mail.footer",
        [
            "This message was sent automatically by offprint. Please do not reply to it.",
            "Ce message a été envoyé automatiquement par offprint. Merci de ne pas y répondre.",
            "Diese Nachricht wurde automatisch von offprint verschickt. Bitte antworten Sie nicht darauf.",
        ],
    ),
    // What stands between a label and its value.
    ("mail.colon", [": ", "\u{a0}: ", ": "]),
    (
        "date",
        [
            "{month} {day}, {year}, {time} ({zone})",
            "{day} {month} {year} à {time} ({zone})",
            "{day}. {month} {year}, {time} Uhr ({zone})",
        ],
    ),
    ("number.group", [",", "\u{202f}", "."]),
    ("number.decimal", [".", ",", ","]),
    ("number.bytes", ["bytes", "octets", "Bytes"]),
    ("number.kilobytes", ["KB", "Ko", "KB"]),
    ("number.megabytes", ["MB", "Mo", "MB"]),
    ("number.gigabytes", ["GB", "Go", "GB"]),
    ("number.terabytes", ["TB", "To", "TB"]),
];

/// Names of the months.
pub(super) const MONTHS: [[&str; 12]; 3] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
];
