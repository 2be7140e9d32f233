//! Tests that need the whole machine, because they load it or fail under load. They run one at a time: each begins with
//! [`tests::turn::mine`].

mod disk;
mod recv_scale;
