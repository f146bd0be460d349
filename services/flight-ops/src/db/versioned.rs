//! What the tables of versioned records have in common.

/// Writes `update`, `find` and `lock` for a table keyed by organisation and id whose rows bear a
/// version.
macro_rules! versioned {
    ($table:ident, $row:ident, $record:ident, $id:ident) => {
        /// Saves what follows upon the version before it. `false` when that is not the present
        /// one.
        pub async fn update(mut conn: &AsyncPgConnection, changed: &$record) -> QueryResult<bool> {
            let row = $row::from(changed);
            let update = diesel::update($table::table.find((row.organization_id, row.id)))
                .filter($table::version.eq(changed.version - 1))
                .set(&row);
            Ok(store::prepared(update).execute(&mut conn).await? > 0)
        }

        pub async fn find(
            conn: &mut AsyncPgConnection,
            organization: OrgId,
            id: $id,
        ) -> QueryResult<Option<$record>> {
            let row: Option<$row> = $table::table
                .find((organization.0, id.0))
                .select($row::as_select())
                .first(conn)
                .await
                .optional()?;
            let record = row.map($record::try_from).transpose();
            Ok(record.map_err($crate::db::UnreadableRow::from)?)
        }

        /// [`find`], locked until the transaction ends.
        pub async fn lock(
            mut conn: &AsyncPgConnection,
            organization: OrgId,
            id: $id,
        ) -> QueryResult<Option<$record>> {
            let row: Option<$row> = $table::table
                .find((organization.0, id.0))
                .select($row::as_select())
                .for_no_key_update()
                .first(&mut conn)
                .await
                .optional()?;
            let record = row.map($record::try_from).transpose();
            Ok(record.map_err($crate::db::UnreadableRow::from)?)
        }

        /// A page of all records of the kind, by id.
        pub async fn page(
            conn: &mut AsyncPgConnection,
            organization: OrgId,
            after: Option<uuid::Uuid>,
            limit: i64,
        ) -> QueryResult<Vec<$record>> {
            let rows: Vec<$row> = $table::table
                .filter($table::organization_id.eq(organization.0))
                .filter($table::id.gt(after.unwrap_or_default()))
                .order($table::id)
                .limit(limit)
                .select($row::as_select())
                .load(conn)
                .await?;
            let records = rows.into_iter().map($record::try_from);
            let records = records.collect::<Result<_, _>>();
            Ok(records.map_err($crate::db::UnreadableRow::from)?)
        }
    };
}

pub(super) use versioned;
