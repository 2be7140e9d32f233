//! Tests that need the whole machine, because they load it, fail under load, or compare all of it with what another
//! program shows. They run one at a time: each begins with [`tests::turn::mine`].

mod disk;
mod record;
mod recv_scale;
