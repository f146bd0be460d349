//! SQL that diesel's query builder has no words for (`unnest`, row comparison, conditional
//! upserts), prepared once a connection. Diesel's own `sql_query` is parsed anew every time, which
//! takes two round trips instead of one, and a Close.

use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{SqlType, Untyped};
use diesel::{QueryResult, expression::TypedExpressionType};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// A statement with `?` where its values go. The text never holds a value.
pub struct Statement<'a> {
    sql: String,
    binds: Vec<Box<dyn QueryFragment<Pg> + Send + 'a>>,
}

impl<'a> Statement<'a> {
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            binds: Vec::new(),
        }
    }

    /// Goes on with more of the statement.
    #[must_use]
    pub fn sql(mut self, more: &str) -> Self {
        self.sql.push_str(more);
        self
    }

    /// The value of the next `?`, in the order of the text.
    #[must_use]
    pub fn bind<T, V>(mut self, value: V) -> Self
    where
        T: SqlType + TypedExpressionType,
        V: AsExpression<T>,
        V::Expression: QueryFragment<Pg> + Send + 'a,
    {
        self.binds.push(Box::new(value.as_expression()));
        self
    }

    /// Goes on with another statement, and its values.
    #[must_use]
    pub fn then(mut self, other: Statement<'a>) -> Self {
        self.sql.push_str(&other.sql);
        self.binds.extend(other.binds);
        self
    }

    pub async fn run(self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        self.execute(conn).await
    }
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let mut binds = self.binds.iter();
        for (i, text) in self.sql.split('?').enumerate() {
            if i > 0 {
                let bind = binds.next().ok_or_else(|| mismatch("values are missing"))?;
                bind.walk_ast(out.reborrow())?;
            }
            out.push_sql(text);
        }
        if binds.next().is_some() {
            Err(mismatch("values are left over"))
        } else {
            Ok(())
        }
    }
}

/// A query whose text is the same every time and holds no value: PostgreSQL parses it once a
/// connection. For `sql_query`, and for diesel's own updates and inserts of many rows, of which
/// diesel assumes that their text changes.
pub fn prepared<Q>(query: Q) -> Prepared<Q> {
    Prepared(query)
}

pub struct Prepared<Q>(Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    /// What the query says of itself is that nobody knows what its text holds.
    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Prepared<Q> {
    type SqlType = Untyped;
}

fn mismatch(what: &str) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(what.into())
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    // The text is the key of the cache of prepared statements.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement<'_> {
    // Rows are read by the names of their columns, as with `sql_query`.
    type SqlType = Untyped;
}
