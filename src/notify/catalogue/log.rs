//! Texts of a job's log, by the log types of 03 §3.2.

use super::Row;

pub(super) const ROWS: [Row; 19] = [
    ("BeginExport", ["The export has begun.", "L’export a commencé.", "Der Export hat begonnen."]),
    ("OriginalJobName", ["{value}", "{value}", "{value}"]),
    ("JobClient", ["{value}", "{value}", "{value}"]),
    ("JobType", ["Export", "Export", "Export"]),
    ("TotalFileCount", ["{value}", "{value}", "{value}"]),
    ("InitiatingJobName", ["{value}", "{value}", "{value}"]),
    (
        "FileBegin",
        [
            "Export of {name} ({type}, {handle}) has begun.",
            "L’export de {name} ({type}, {handle}) a commencé.",
            "Der Export von {name} ({type}, {handle}) hat begonnen.",
        ],
    ),
    (
        "FileBegin.unknown",
        [
            "Export of {handle} has begun.",
            "L’export de {handle} a commencé.",
            "Der Export von {handle} hat begonnen.",
        ],
    ),
    (
        "FileProgress",
        [
            "{name}: {percent}% done",
            "{name}\u{a0}: {percent}\u{a0}% effectués",
            "{name}: {percent}\u{a0}% erledigt",
        ],
    ),
    (
        "ExportSuccess",
        [
            "{name} was exported as {files}.",
            "{name} a été exporté sous le nom {files}.|{name} a été exporté sous les noms {files}.",
            "{name} wurde als {files} exportiert.",
        ],
    ),
    (
        "ExportWarning",
        [
            "{name} was exported as {files}, with a warning: {problem}|{name} was exported as {files}, with {count} warnings; the first: {problem}",
            "{name} a été exporté en tant que {files}, avec un avertissement\u{a0}: {problem}|{name} a été exporté en tant que {files}, avec {count} avertissements\u{a0}; le premier\u{a0}: {problem}",
            "{name} wurde als {files} exportiert, mit einer Warnung: {problem}|{name} wurde als {files} exportiert, mit {count} Warnungen; die erste: {problem}",
        ],
    ),
    ("Warning", ["{problem}", "{problem}", "{problem}"]),
    (
        "JobWarning",
        [
            "About the job: {problem}",
            "À propos de la tâche\u{a0}: {problem}",
            "Zum Auftrag: {problem}",
        ],
    ),
    (
        "ExportError",
        [
            "{name} could not be exported: {problem}",
            "{name} n’a pas pu être exporté\u{a0}: {problem}",
            "{name} konnte nicht exportiert werden: {problem}",
        ],
    ),
    (
        "DuplicateSkipped",
        [
            "{handle} was requested more than once and is exported only once.",
            "{handle} a été demandé plusieurs fois et n’est exporté qu’une seule fois.",
            "{handle} wurde mehrfach angefordert und wird nur einmal exportiert.",
        ],
    ),
    (
        "FileEnd",
        [
            "Export of {name} has ended.",
            "L’export de {name} est terminé.",
            "Der Export von {name} ist beendet.",
        ],
    ),
    (
        "FileCancel",
        [
            "{name} was not processed because the job was stopped.",
            "{name} n’a pas été traité, car la tâche a été arrêtée.",
            "{name} wurde nicht bearbeitet, weil der Auftrag gestoppt wurde.",
        ],
    ),
    (
        "FatalError",
        [
            "The job could not go on: {problem}",
            "La tâche n’a pas pu continuer\u{a0}: {problem}",
            "Der Auftrag konnte nicht fortgesetzt werden: {problem}",
        ],
    ),
    (
        "EndExport",
        [
            "The export has ended: {outcome}. {count} asset: {success} exported ({warning} with warnings), {error} failed, {cancelled} not processed.|The export has ended: {outcome}. {count} assets: {success} exported ({warning} with warnings), {error} failed, {cancelled} not processed.",
            "Fin de l’export\u{a0}: {outcome}. Ressources\u{a0}: {count}, exportées\u{a0}: {success} (dont {warning} avec avertissements), en erreur\u{a0}: {error}, non traitées\u{a0}: {cancelled}.",
            "Ende des Exports: {outcome}. {count} Asset: {success} exportiert (davon {warning} mit Warnungen), {error} fehlgeschlagen, {cancelled} nicht bearbeitet.|Ende des Exports: {outcome}. {count} Assets: {success} exportiert (davon {warning} mit Warnungen), {error} fehlgeschlagen, {cancelled} nicht bearbeitet.",
        ],
    ),
];
