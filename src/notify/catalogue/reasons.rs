//! What reasons mean, as clauses that follow the name of an asset.

use super::Row;

pub(super) const ROWS: [Row; 40] = [
    (
        "ASSET_NOT_FOUND",
        ["the asset does not exist", "la ressource n’existe pas", "das Asset gibt es nicht"],
    ),
    (
        "ASSET_IN_TRASH",
        [
            "the asset is in the trash",
            "la ressource est dans la corbeille",
            "das Asset liegt im Papierkorb",
        ],
    ),
    (
        "UNSUPPORTED_ASSET_TYPE",
        [
            "assets of this type can’t be exported",
            "les ressources de ce type ne peuvent pas être exportées",
            "Assets dieses Typs können nicht exportiert werden",
        ],
    ),
    (
        "NO_ORIGINAL",
        [
            "the asset has no original file",
            "la ressource n’a pas de fichier d’origine",
            "das Asset hat keine Originaldatei",
        ],
    ),
    (
        "ORIGINAL_MISSING",
        [
            "the original file is missing on the server",
            "le fichier d’origine est introuvable sur le serveur",
            "die Originaldatei fehlt auf dem Server",
        ],
    ),
    (
        "DECODE_FAILED",
        [
            "the file is damaged or of an unknown format",
            "le fichier est endommagé ou d’un format inconnu",
            "die Datei ist beschädigt oder hat ein unbekanntes Format",
        ],
    ),
    (
        "INPUT_TOO_LARGE",
        [
            "the picture has too many pixels",
            "l’image a trop de pixels",
            "das Bild hat zu viele Pixel",
        ],
    ),
    (
        "OUTPUT_TOO_LARGE",
        [
            "the converted picture would have too many pixels",
            "l’image convertie aurait trop de pixels",
            "das umgewandelte Bild hätte zu viele Pixel",
        ],
    ),
    (
        "MEMORY_LIMIT",
        [
            "the conversion would need too much memory",
            "la conversion demanderait trop de mémoire",
            "die Umwandlung würde zu viel Speicher brauchen",
        ],
    ),
    (
        "TIME_LIMIT",
        [
            "the export took too long",
            "l’export a pris trop de temps",
            "der Export hat zu lange gedauert",
        ],
    ),
    (
        "MASK_UNUSABLE",
        [
            "the mask can’t be used",
            "le masque est inutilisable",
            "die Maske kann nicht verwendet werden",
        ],
    ),
    (
        "PROFILE_UNUSABLE",
        [
            "the color profile can’t be used",
            "le profil de couleur est inutilisable",
            "das Farbprofil kann nicht verwendet werden",
        ],
    ),
    (
        "RENDER_FAILED",
        ["the conversion failed", "la conversion a échoué", "die Umwandlung ist fehlgeschlagen"],
    ),
    (
        "NAME_COLLISION",
        [
            "another file of the export has the same name",
            "un autre fichier de l’export porte le même nom",
            "eine andere Datei des Exports hat denselben Namen",
        ],
    ),
    (
        "STORAGE_FULL",
        [
            "the server’s disk is full",
            "le disque du serveur est plein",
            "die Festplatte des Servers ist voll",
        ],
    ),
    (
        "STORAGE_FAILED",
        [
            "the server’s storage can’t be used",
            "le stockage du serveur est inaccessible",
            "auf den Speicher des Servers kann nicht zugegriffen werden",
        ],
    ),
    (
        "POISON",
        [
            "the asset crashed the server several times",
            "la ressource a fait planter le serveur à plusieurs reprises",
            "das Asset hat den Server mehrmals zum Absturz gebracht",
        ],
    ),
    (
        "EXCEPTION",
        [
            "an internal error occurred",
            "une erreur interne s’est produite",
            "ein interner Fehler ist aufgetreten",
        ],
    ),
    (
        "UNKNOWN_MACRO",
        [
            "the image format does not exist",
            "le format d’image n’existe pas",
            "das Bildformat gibt es nicht",
        ],
    ),
    (
        "MODIFIER_SYNTAX",
        [
            "a command of the conversion is malformed",
            "une commande de conversion est mal formée",
            "ein Befehl der Umwandlung ist fehlerhaft",
        ],
    ),
    (
        "VALUE_OUT_OF_RANGE",
        [
            "a value of the conversion is out of range",
            "une valeur de la conversion est hors limites",
            "ein Wert der Umwandlung liegt außerhalb des erlaubten Bereichs",
        ],
    ),
    (
        "COMMAND_CONFLICT",
        [
            "two commands of the conversion exclude each other",
            "deux commandes de la conversion s’excluent",
            "zwei Befehle der Umwandlung schließen sich aus",
        ],
    ),
    (
        "UNKNOWN_COMMAND",
        [
            "a command of the conversion is unknown",
            "une commande de conversion est inconnue",
            "ein Befehl der Umwandlung ist unbekannt",
        ],
    ),
    (
        "UNIMPLEMENTED_COMMAND",
        [
            "a command of the conversion is not supported yet",
            "une commande de conversion n’est pas encore prise en charge",
            "ein Befehl der Umwandlung wird noch nicht unterstützt",
        ],
    ),
    (
        "UNKNOWN_COMMAND_IGNORED",
        [
            "an unknown command was ignored",
            "une commande inconnue a été ignorée",
            "ein unbekannter Befehl wurde ignoriert",
        ],
    ),
    (
        "IGNORED",
        [
            "a command had no effect",
            "une commande est restée sans effet",
            "ein Befehl hatte keine Wirkung",
        ],
    ),
    (
        "COMPAT",
        [
            "a command was read in another way than it is written",
            "une commande a été interprétée autrement qu’elle n’est écrite",
            "ein Befehl wurde anders gelesen, als er geschrieben ist",
        ],
    ),
    (
        "FMT_DEFAULTED",
        [
            "no format was given, so JPEG was written",
            "aucun format n’était indiqué\u{a0}: du JPEG a été produit",
            "kein Format war angegeben, deshalb wurde JPEG geschrieben",
        ],
    ),
    (
        "EXPORTED_AS_ORIGINAL",
        [
            "the asset can’t be converted and was exported as its original file",
            "la ressource ne peut pas être convertie\u{a0}; son fichier d’origine a été exporté",
            "das Asset lässt sich nicht umwandeln, seine Originaldatei wurde exportiert",
        ],
    ),
    (
        "ALPHA_REMOVED",
        [
            "the transparency was removed",
            "la transparence a été supprimée",
            "die Transparenz wurde entfernt",
        ],
    ),
    (
        "NOT_ENLARGED",
        [
            "the picture was not enlarged",
            "l’image n’a pas été agrandie",
            "das Bild wurde nicht vergrößert",
        ],
    ),
    (
        "CONTENT_EXTENSION_MISMATCH",
        [
            "the content does not match the file’s extension",
            "le contenu ne correspond pas à l’extension du fichier",
            "der Inhalt passt nicht zur Dateiendung",
        ],
    ),
    (
        "SOURCE_DAMAGED",
        [
            "the file is slightly damaged, the picture is complete",
            "le fichier est légèrement endommagé, mais l’image est complète",
            "die Datei ist leicht beschädigt, das Bild aber vollständig",
        ],
    ),
    (
        "PROFILE_IGNORED",
        [
            "the embedded color profile was ignored",
            "le profil de couleur incorporé a été ignoré",
            "das eingebettete Farbprofil wurde ignoriert",
        ],
    ),
    (
        "CMYK_WITHOUT_PROFILE",
        [
            "CMYK was converted without a color profile",
            "le CMJN a été converti sans profil de couleur",
            "CMYK wurde ohne Farbprofil umgewandelt",
        ],
    ),
    (
        "CROP_OUTSIDE",
        [
            "the crop reaches outside the picture",
            "le recadrage dépasse l’image",
            "der Ausschnitt ragt über das Bild hinaus",
        ],
    ),
    (
        "NOT_EMBEDDED",
        [
            "metadata or paths could not be embedded",
            "des métadonnées ou des tracés n’ont pas pu être incorporés",
            "Metadaten oder Pfade konnten nicht eingebettet werden",
        ],
    ),
    (
        "RESOLUTION_UNKNOWN",
        [
            "the resolution of the picture is unknown",
            "la résolution de l’image est inconnue",
            "die Auflösung des Bildes ist unbekannt",
        ],
    ),
    (
        "PART_OVERSIZE",
        [
            "the file is larger than a part of the archive may be",
            "le fichier dépasse la taille maximale d’une partie de l’archive",
            "die Datei ist größer, als ein Teil des Archivs sein darf",
        ],
    ),
    (
        "MAIL_FAILED",
        [
            "a mail could not be delivered",
            "un e-mail n’a pas pu être remis",
            "eine E-Mail konnte nicht zugestellt werden",
        ],
    ),
];
