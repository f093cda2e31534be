//! Statements that write many rows.
//!
//! One row per statement costs a hop to SQLite's thread each; a statement of hundreds of rows
//! costs one. Only a few shapes are used, so that a few prepared statements serve all.

use sqlx::SqlStr;

/// The rows per statement, largest first: powers of two, so that any number of rows takes few.
const SHAPES: [usize; 9] = [256, 128, 64, 32, 16, 8, 4, 2, 1];

/// A query file whose row of values is on a line of its own.
pub(crate) struct Bulk {
    shapes: [(usize, SqlStr); SHAPES.len()],
}

impl Bulk {
    /// Prepares the texts of all shapes of `query`.
    pub(crate) fn new(query: &'static str) -> Self {
        Self { shapes: SHAPES.map(|rows| (rows, repeated(query, rows))) }
    }

    /// Splits `items` into pieces, each with the statement that takes it.
    pub(crate) fn pieces<'a, T>(
        &'a self,
        items: &'a [T],
    ) -> impl Iterator<Item = (SqlStr, &'a [T])> {
        let mut rest = items;
        self.sizes(items.len()).map(move |(sql, rows)| {
            let (piece, behind) = rest.split_at(rows);
            rest = behind;
            (sql, piece)
        })
    }

    /// Statements that together take `count` rows, each with how many it takes.
    pub(crate) fn sizes(&self, count: usize) -> impl Iterator<Item = (SqlStr, usize)> {
        let mut rest = count;
        std::iter::from_fn(move || {
            let (rows, sql) = self.shapes.iter().find(|(rows, _)| *rows <= rest)?;
            rest -= rows;
            Some((sql.clone(), *rows))
        })
    }
}

fn repeated(query: &str, rows: usize) -> SqlStr {
    use sqlx::SqlSafeStr as _;
    let lines = query.lines().map(|line| {
        if line.trim_start().starts_with("(?") {
            vec![line; rows].join(",\n")
        } else {
            line.to_owned()
        }
    });
    sqlx::AssertSqlSafe(lines.collect::<Vec<_>>().join("\n")).into_sql_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_taken_in_the_largest_pieces_and_in_order() {
        let bulk = Bulk::new("insert into t (a) values\n  (?)\non conflict do nothing");
        let items: Vec<u32> = (0..789).collect();
        let pieces: Vec<_> = bulk.pieces(&items).collect();
        let sizes: Vec<usize> = pieces.iter().map(|(_, piece)| piece.len()).collect();
        assert_eq!(sizes, [256, 256, 256, 16, 4, 1]);
        assert_eq!(pieces.iter().flat_map(|(_, piece)| *piece).copied().collect::<Vec<_>>(), items);
        assert_eq!(pieces[0].0.as_str().matches("(?)").count(), 256);
        assert!(pieces[5].0.as_str().ends_with("on conflict do nothing"));
    }
}
