//! Statements that write many rows.
//!
//! Each statement costs a hop to SQLite's thread and back, so that rows share one. A few shapes
//! serve any number of rows: the one that is large enough is taken, and the values of the rows that
//! it has too many stay unbound, which is null. The statement leaves such rows out.

use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{SqlStr, Sqlite};

/// A statement with its values.
pub(crate) type Statement = Query<'static, Sqlite, SqliteArguments>;

/// The rows of a statement, smallest first.
const SHAPES: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// A query file whose row of values is on a line of its own, and that leaves out rows of nulls.
pub(crate) struct Bulk {
    shapes: [(usize, SqlStr); SHAPES.len()],
}

impl Bulk {
    /// Prepares the texts of all shapes of `query`.
    pub(crate) fn new(query: &str) -> Self {
        Self { shapes: SHAPES.map(|rows| (rows, repeated(query, rows))) }
    }

    /// The same of several queries, which then share the hop. Each has room for as many rows, and
    /// rows that stay unbound are bound to null in all but the last.
    pub(crate) fn joined(queries: &[&str]) -> Self {
        Self::new(&queries.join(";\n"))
    }

    /// The statement for `rows` rows and how many it has room for, which is less if they are more
    /// than the largest shape takes.
    pub(crate) fn shape(&self, rows: usize) -> (SqlStr, usize) {
        let [.., largest] = &self.shapes;
        let fits = self.shapes.iter().find(|(room, _)| *room >= rows);
        let (room, sql) = fits.unwrap_or(largest);
        (sql.clone(), *room)
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

    /// Statements that together take `count` rows, each with how many it gets.
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
