//! Statements that write many rows.
//!
//! Each statement costs a round trip to SQLite's thread, so rows share one. A few statement sizes
//! (shapes) serve any number of rows: the smallest shape that is large enough is used, its surplus
//! values stay unbound, which is null, and the statement ignores rows of nulls.

use sqlx::SqlStr;

/// The row counts of the shapes, smallest first.
const SHAPES: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// A query file that has its row of values on a separate line and ignores rows of nulls.
pub(crate) struct Bulk {
    shapes: [(usize, SqlStr); SHAPES.len()],
}

impl Bulk {
    /// Prepares the SQL of all shapes of `query`.
    pub(crate) fn new(query: &str) -> Self {
        Self { shapes: SHAPES.map(|rows| (rows, repeated(query, rows))) }
    }

    /// Joins several queries into one statement, so that they share the round trip. Each has the
    /// same number of rows; in all but the last, surplus rows must be bound to null.
    pub(crate) fn joined(queries: &[&str]) -> Self {
        Self::new(&queries.join(";\n"))
    }

    /// The statement for `rows` rows and its capacity, which is smaller than `rows` if they exceed
    /// the largest shape.
    pub(crate) fn shape(&self, rows: usize) -> (SqlStr, usize) {
        let [.., largest] = &self.shapes;
        let fits = self.shapes.iter().find(|(room, _)| *room >= rows);
        let (room, sql) = fits.unwrap_or(largest);
        (sql.clone(), *room)
    }

    /// Splits `items` into pieces, each with the statement that fits it.
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

    /// The statements that together take `count` rows, each with its number of rows.
    pub(crate) fn sizes(&self, count: usize) -> impl Iterator<Item = (SqlStr, usize)> {
        let mut rest = count;
        std::iter::from_fn(move || {
            let (sql, room) = self.shape(rest);
            let rows = rest.min(room);
            rest -= rows;
            (rows > 0).then_some((sql, rows))
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
    fn items_are_taken_in_few_pieces_and_in_order() {
        let bulk = Bulk::new("insert into t (a)\nselect * from (values\n  (?)\n) where true");
        let items: Vec<u32> = (0..789).collect();
        let pieces: Vec<_> = bulk.pieces(&items).collect();
        let sizes: Vec<usize> = pieces.iter().map(|(_, piece)| piece.len()).collect();
        assert_eq!(sizes, [256, 256, 256, 21]);
        assert_eq!(pieces.iter().flat_map(|(_, piece)| *piece).copied().collect::<Vec<_>>(), items);
        let room = |piece: usize| pieces[piece].0.as_str().matches("(?)").count();
        assert_eq!((room(0), room(3)), (256, 32));
        assert!(pieces[3].0.as_str().ends_with(") where true"));
        assert_eq!(bulk.pieces(&items[..0]).count(), 0);
    }
}
