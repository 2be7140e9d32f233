//! The figures of slab caches.

use super::rates::{Row, Total};
use crate::figure::{Figure, Form, Group, Unit, Value};

type All = Figure<Total>;
type Cache = Figure<Row>;

/// All caches together.
pub(super) static SLABS: Group<'_, Total> = Group::one("slabs", "the kernel's caches", &SUMMARY).plot("SLAB");

/// Each cache.
pub(super) static SLAB_CACHES: Group<'_, Row> = Group::many("slab_caches", "each cache", &DETAIL)
    .note("An array in the order of names, or in that of `--top`.")
    .name("name", "name of the cache")
    .name_column("SlabName")
    .own_lines();

static SUMMARY: [All; 10] = [
    All::level("objects_in_use", |all| all.active.into()).help("objects in use").plot("ObjInUse"),
    All::level("objects_in_use_bytes", |all| all.bytes.active.into())
        .unit(Unit::Bytes)
        .help("memory of objects in use")
        .plot("ObjInUseB"),
    All::level("objects", |all| all.objects.into()).help("all objects").plot("ObjAll"),
    All::level("objects_bytes", |all| all.bytes.objects.into())
        .unit(Unit::Bytes)
        .help("memory of all objects")
        .plot("ObjAllB"),
    All::level("slabs_in_use", |all| all.active_slabs.into()).help("slabs with objects in use").plot("InUse"),
    All::level("slabs_in_use_bytes", |all| all.bytes.active_slabs.into())
        .unit(Unit::Bytes)
        .help("memory of slabs with objects in use")
        .plot("InUseB"),
    All::level("slabs", |all| all.slabs.into()).help("all slabs").plot("All"),
    All::level("slabs_bytes", |all| all.bytes.slabs.into())
        .unit(Unit::Bytes)
        .help("memory of all slabs")
        .plot("AllB"),
    All::level("caches_in_use", |all| all.used.into()).help("caches that hold any slabs").plot("CacheInUse"),
    All::level("caches", |all| all.caches.into()).help("all caches").plot("CacheTotal"),
];

static DETAIL: [Cache; 12] = [
    Cache::level("object_bytes", |row| row.cache.object_bytes.into())
        .unit(Unit::Bytes)
        .help("size of an object"),
    Cache::level("objects_per_slab", |row| row.cache.per_slab.into()).help("objects in a slab"),
    Cache::level("objects_in_use", |row| row.cache.active.into()).help("objects in use").plot("ObjInUse"),
    Cache::level("objects_in_use_bytes", |row| row.bytes.active.into())
        .unit(Unit::Bytes)
        .help("memory of objects in use")
        .plot("ObjInUseB"),
    Cache::level("objects", |row| row.cache.objects.into()).help("all objects").plot("ObjAll"),
    Cache::level("objects_bytes", |row| row.bytes.objects.into())
        .unit(Unit::Bytes)
        .help("memory of all objects")
        .plot("ObjAllB"),
    Cache::level("slabs_in_use", |row| row.cache.active_slabs.into())
        .help("slabs with objects in use")
        .plot("SlabInUse"),
    Cache::level("slabs_in_use_bytes", |row| row.bytes.active_slabs.into())
        .unit(Unit::Bytes)
        .help("memory of slabs with objects in use")
        .plot("SlabInUseB"),
    Cache::level("slabs", |row| row.cache.slabs.into()).help("all slabs").plot("SlabAll"),
    Cache::level("slabs_bytes", |row| row.bytes.slabs.into())
        .unit(Unit::Bytes)
        .help("memory of all slabs")
        .plot("SlabAllB"),
    Cache::count("change_bytes", |row| Value::Signed(row.change))
        .unit(Unit::Bytes)
        .help("growth of `slabs_bytes` in the interval; below zero if it shrank")
        .plot("SlabChg"),
    Cache::count("change_percent", |row| row.percent.into())
        .unit(Unit::Percent)
        .help("the same growth in percent of what it was")
        .plot("SlabPct")
        .plot_as(Form::Truncated),
];
