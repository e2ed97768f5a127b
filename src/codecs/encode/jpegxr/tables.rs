//! Variable-length codes of T.832 9.8: for every alphabet some tables, each with
//! a code and its length for every symbol, and how far a symbol speaks for the
//! next table.

/// Code and its length in bits.
pub(super) type Code = (u8, u8);

pub(super) const CODES_4: [[Code; 4]; 1] = [[(1, 1), (1, 2), (0, 3), (1, 3)]];
pub(super) const CODES_5: [[Code; 5]; 2] =
    [[(1, 1), (1, 2), (1, 3), (0, 4), (1, 4)], [(1, 1), (0, 3), (1, 3), (2, 3), (3, 3)]];
/// How far each symbol speaks for a later table.
pub(super) const VOTES_5: [[i8; 5]; 1] = [[0, -1, 0, 1, 1]];
pub(super) const CODES_6: [[Code; 6]; 4] = [
    [(1, 1), (0, 5), (1, 3), (1, 5), (1, 2), (1, 4)],
    [(1, 2), (0, 4), (2, 2), (1, 4), (3, 2), (1, 3)],
    [(0, 4), (1, 4), (1, 2), (2, 2), (3, 2), (1, 3)],
    [(0, 5), (1, 5), (1, 2), (1, 1), (1, 4), (1, 3)],
];
/// How far each symbol speaks for a later table.
pub(super) const VOTES_6: [[i8; 6]; 3] =
    [[-1, 1, 1, 1, 0, 1], [-2, 0, 0, 2, 0, 0], [-1, -1, 0, 1, -2, 0]];
pub(super) const CODES_7: [[Code; 7]; 2] = [
    [(1, 2), (2, 2), (3, 2), (1, 3), (1, 4), (0, 5), (1, 5)],
    [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (0, 6), (1, 6)],
];
/// How far each symbol speaks for a later table.
pub(super) const VOTES_7: [[i8; 7]; 1] = [[1, 0, -1, -1, -1, -1, -1]];
pub(super) const CODES_8: [[Code; 8]; 1] =
    [[(2, 2), (1, 3), (1, 5), (1, 4), (3, 2), (2, 3), (0, 5), (3, 3)]];
pub(super) const CODES_9: [[Code; 9]; 2] = [
    [(2, 3), (0, 5), (2, 4), (1, 5), (2, 5), (1, 1), (3, 3), (3, 5), (3, 4)],
    [(1, 1), (1, 3), (2, 3), (1, 4), (1, 6), (3, 3), (1, 5), (0, 7), (1, 7)],
];
/// How far each symbol speaks for a later table.
pub(super) const VOTES_9: [[i8; 9]; 1] = [[2, 2, 1, 1, -1, -2, -2, -2, -3]];
pub(super) const CODES_12: [[Code; 12]; 5] = [
    [
        (1, 5),
        (1, 6),
        (0, 7),
        (1, 7),
        (4, 5),
        (2, 3),
        (5, 5),
        (1, 1),
        (6, 5),
        (1, 4),
        (7, 5),
        (3, 3),
    ],
    [
        (2, 4),
        (2, 5),
        (0, 6),
        (1, 6),
        (3, 4),
        (2, 3),
        (3, 5),
        (3, 2),
        (3, 3),
        (4, 3),
        (1, 5),
        (5, 3),
    ],
    [
        (3, 2),
        (1, 3),
        (0, 7),
        (1, 7),
        (1, 5),
        (2, 3),
        (2, 7),
        (3, 3),
        (4, 3),
        (5, 3),
        (3, 7),
        (1, 4),
    ],
    [
        (1, 3),
        (3, 2),
        (0, 7),
        (1, 5),
        (2, 5),
        (2, 3),
        (1, 7),
        (3, 3),
        (3, 5),
        (4, 3),
        (1, 6),
        (5, 3),
    ],
    [
        (2, 3),
        (1, 1),
        (1, 7),
        (1, 4),
        (2, 7),
        (3, 3),
        (0, 8),
        (2, 4),
        (3, 7),
        (3, 4),
        (1, 8),
        (1, 5),
    ],
];
/// How far each symbol speaks for a later table.
pub(super) const VOTES_12: [[i8; 12]; 4] = [
    [1, 1, 1, 1, 1, 0, 0, -1, 2, 1, 0, 0],
    [2, 2, -1, -1, -1, 0, -2, -1, 0, 0, -2, -1],
    [-1, 1, 0, 2, 0, 0, 0, 0, -2, 0, 1, 1],
    [0, 1, 0, 1, -2, 0, -1, -1, -2, -1, -2, -2],
];
