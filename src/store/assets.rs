//! Table `asset`: the library.

use super::{Result, Store, Tx, next_number, originals, placeholders, usage};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// One asset. Empty `sha256` means that it has no file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssetRow {
    pub id: i64,
    pub company: String,
    /// Number of `offprint.v1.AssetType`.
    pub asset_type: i32,
    pub sub_type: String,
    /// The asset ID, unique in the company.
    pub name: String,
    pub file_name: String,
    /// With a trailing slash; empty is the root.
    pub folder: String,
    /// Number of `offprint.v1.TrashState`.
    pub trash_state: i32,
    pub file_size: i64,
    /// Pixels of the upright picture, 0 when unknown.
    pub width: i32,
    pub height: i32,
    /// Hundredths of a dot per inch, 0 when the file declares none.
    pub resolution_cdpi: i64,
    /// Hexadecimal.
    pub sha256: String,
    /// Number of the asset that this one is a view of, or 0.
    pub owner: i64,
    pub url: String,
    pub created_ms: i64,
    pub modified_ms: i64,
    /// Commands applied before those of a request; empty: none.
    pub url_modifier: String,
    /// Commands applied after those of a request; empty: none.
    pub url_post_apply_modifier: String,
    /// `x,y` in pixels of the upright picture from its top-left; empty: its middle.
    pub anchor: String,
    /// Thousandths of a dot per inch, 0 when none was set.
    pub object_resolution_mdpi: i64,
    /// Dots per inch, 0 when none was set.
    pub print_resolution: i32,
    /// Number of the asset that masks this one, or 0.
    pub mask: i64,
    /// How often it got a file: 1 as uploaded, 0 without a file.
    pub version: i64,
}

impl AssetRow {
    /// Dots per inch for `res=`: those that were set, else those that the file
    /// declares.
    pub fn resolution(&self) -> Option<f64> {
        match (self.object_resolution_mdpi, self.resolution_cdpi) {
            (set, _) if set > 0 => Some(set as f64 / 1000.0),
            (_, declared) if declared > 0 => Some(declared as f64 / 100.0),
            _ => None,
        }
    }

    /// The anchor in pixels of the upright picture, if one was set.
    pub fn anchor_point(&self) -> Option<(f64, f64)> {
        let (x, y) = self.anchor.split_once(',')?;
        Some((x.trim().parse().ok()?, y.trim().parse().ok()?))
    }
}

pub(super) const COLUMNS: &str = "id, company, type, sub_type, name, file_name, folder, trash_state, \
    file_size, width, height, resolution_cdpi, sha256, owner, url, created_ms, modified_ms, \
    url_modifier, url_post_apply_modifier, anchor, object_resolution_mdpi, print_resolution, mask, \
    version";

pub(super) fn from_row(row: &AnyRow) -> sqlx::Result<AssetRow> {
    Ok(AssetRow {
        id: row.try_get(0)?,
        company: row.try_get(1)?,
        asset_type: row.try_get::<i64, _>(2)? as i32,
        sub_type: row.try_get(3)?,
        name: row.try_get(4)?,
        file_name: row.try_get(5)?,
        folder: row.try_get(6)?,
        trash_state: row.try_get::<i64, _>(7)? as i32,
        file_size: row.try_get(8)?,
        width: row.try_get::<i64, _>(9)? as i32,
        height: row.try_get::<i64, _>(10)? as i32,
        resolution_cdpi: row.try_get(11)?,
        sha256: row.try_get(12)?,
        owner: row.try_get(13)?,
        url: row.try_get(14)?,
        created_ms: row.try_get(15)?,
        modified_ms: row.try_get(16)?,
        url_modifier: row.try_get(17)?,
        url_post_apply_modifier: row.try_get(18)?,
        anchor: row.try_get(19)?,
        object_resolution_mdpi: row.try_get(20)?,
        print_resolution: row.try_get::<i64, _>(21)? as i32,
        mask: row.try_get(22)?,
        version: row.try_get(23)?,
    })
}

impl Store {
    /// The assets of these numbers, in no order; unknown ones are left out.
    pub async fn assets(&self, company: &str, ids: &[i64]) -> Result<Vec<AssetRow>> {
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(500) {
            let sql = format!(
                "SELECT {COLUMNS} FROM asset WHERE company = $1 AND id IN ({})",
                placeholders(1, chunk.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(company);
            for id in chunk {
                query = query.bind(*id);
            }
            for row in query.fetch_all(self.read()).await? {
                found.push(from_row(&row)?);
            }
        }
        Ok(found)
    }

    /// One asset.
    pub async fn asset(&self, company: &str, id: i64) -> Result<Option<AssetRow>> {
        Ok(self.assets(company, &[id]).await?.pop())
    }

    /// The assets of these names, in no order; unknown ones are left out.
    pub async fn assets_named(&self, company: &str, names: &[String]) -> Result<Vec<AssetRow>> {
        let mut found = Vec::with_capacity(names.len());
        for chunk in names.chunks(50) {
            let sql = format!(
                "SELECT {COLUMNS} FROM asset WHERE company = $1 AND name IN ({})",
                placeholders(1, chunk.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(company);
            for name in chunk {
                query = query.bind(name);
            }
            for row in query.fetch_all(self.read()).await? {
                found.push(from_row(&row)?);
            }
        }
        Ok(found)
    }

    /// The asset of this name, which is unique in the company.
    pub async fn asset_named(&self, company: &str, name: &str) -> Result<Option<AssetRow>> {
        let sql = format!("SELECT {COLUMNS} FROM asset WHERE company = $1 AND name = $2");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(company).bind(name);
        Ok(row.fetch_optional(self.read()).await?.as_ref().map(from_row).transpose()?)
    }
}

/// One asset, read before it is changed.
pub async fn find(tx: &mut Tx, company: &str, id: i64) -> Result<Option<AssetRow>> {
    let sql = format!("SELECT {COLUMNS} FROM asset WHERE company = $1 AND id = $2");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(company).bind(id).fetch_optional(&mut **tx);
    Ok(row.await?.as_ref().map(from_row).transpose()?)
}

/// The asset with this folder and file name.
pub async fn find_path(
    tx: &mut Tx,
    company: &str,
    folder: &str,
    file_name: &str,
) -> Result<Option<AssetRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM asset WHERE company = $1 AND folder = $2 AND file_name = $3"
    );
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(company)
        .bind(folder)
        .bind(file_name)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.as_ref().map(from_row).transpose()?)
}

/// The number of the company's asset that has this name.
pub async fn named(tx: &mut Tx, company: &str, name: &str) -> Result<Option<i64>> {
    let sql = "SELECT id FROM asset WHERE company = $1 AND name = $2";
    Ok(sqlx::query_scalar(sql).bind(company).bind(name).fetch_optional(&mut **tx).await?)
}

/// Adds an asset and gives it its number.
pub async fn insert(tx: &mut Tx, asset: &mut AssetRow) -> Result<()> {
    asset.id = next_number(tx, "asset").await?;
    let sql = format!("INSERT INTO asset ({COLUMNS}) VALUES ({})", placeholders(0, 24));
    sqlx::query(AssertSqlSafe(sql))
        .bind(asset.id)
        .bind(&asset.company)
        .bind(asset.asset_type as i64)
        .bind(&asset.sub_type)
        .bind(&asset.name)
        .bind(&asset.file_name)
        .bind(&asset.folder)
        .bind(asset.trash_state as i64)
        .bind(asset.file_size)
        .bind(asset.width as i64)
        .bind(asset.height as i64)
        .bind(asset.resolution_cdpi)
        .bind(&asset.sha256)
        .bind(asset.owner)
        .bind(&asset.url)
        .bind(asset.created_ms)
        .bind(asset.modified_ms)
        .bind(&asset.url_modifier)
        .bind(&asset.url_post_apply_modifier)
        .bind(&asset.anchor)
        .bind(asset.object_resolution_mdpi)
        .bind(asset.print_resolution as i64)
        .bind(asset.mask)
        .bind(asset.version)
        .execute(&mut **tx)
        .await?;
    usage::change(tx, &asset.company, 1, asset.file_size).await
}

/// Gives an asset a new file and takes it out of the trash. `before` is its row
/// with the old one, which is released.
pub async fn replace_file(tx: &mut Tx, before: &AssetRow, asset: &AssetRow) -> Result<()> {
    let sql = "UPDATE asset SET type = $2, file_size = $3, width = $4, height = $5, \
        resolution_cdpi = $6, sha256 = $7, modified_ms = $8, trash_state = $9, version = $10 \
        WHERE id = $1";
    sqlx::query(sql)
        .bind(asset.id)
        .bind(asset.asset_type as i64)
        .bind(asset.file_size)
        .bind(asset.width as i64)
        .bind(asset.height as i64)
        .bind(asset.resolution_cdpi)
        .bind(&asset.sha256)
        .bind(asset.modified_ms)
        .bind(asset.trash_state as i64)
        .bind(asset.version)
        .execute(&mut **tx)
        .await?;
    if before.sha256 != asset.sha256 && !before.sha256.is_empty() {
        originals::release(tx, &before.sha256, asset.modified_ms).await?;
    }
    usage::change(tx, &asset.company, 0, asset.file_size - before.file_size).await
}

/// Stores names, folder and trash state; the file stays as it is.
pub async fn update_place(tx: &mut Tx, asset: &AssetRow) -> Result<()> {
    let sql = "UPDATE asset SET name = $2, file_name = $3, folder = $4, trash_state = $5 \
        WHERE id = $1";
    sqlx::query(sql)
        .bind(asset.id)
        .bind(&asset.name)
        .bind(&asset.file_name)
        .bind(&asset.folder)
        .bind(asset.trash_state as i64)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes an asset; its file is released.
pub async fn remove(tx: &mut Tx, asset: &AssetRow, now_ms: i64) -> Result<()> {
    sqlx::query("DELETE FROM asset WHERE id = $1").bind(asset.id).execute(&mut **tx).await?;
    if !asset.sha256.is_empty() {
        originals::release(tx, &asset.sha256, now_ms).await?;
    }
    usage::change(tx, &asset.company, -1, -asset.file_size).await
}

/// Stores modifiers, anchor, resolutions and mask; the file stays as it is.
pub async fn update_fields(tx: &mut Tx, asset: &AssetRow) -> Result<()> {
    let sql = "UPDATE asset SET url_modifier = $2, url_post_apply_modifier = $3, anchor = $4, \
        object_resolution_mdpi = $5, print_resolution = $6, mask = $7 WHERE id = $1";
    sqlx::query(sql)
        .bind(asset.id)
        .bind(&asset.url_modifier)
        .bind(&asset.url_post_apply_modifier)
        .bind(&asset.anchor)
        .bind(asset.object_resolution_mdpi)
        .bind(asset.print_resolution as i64)
        .bind(asset.mask)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
