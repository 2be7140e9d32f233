//! Tests that need the whole machine, since they load it or fail where it is loaded. They run one at a time: each begins
//! with [`tests::turn::mine`].

mod disk;
mod recv_scale;
