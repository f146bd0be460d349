//! The words of the aircraft table: what may stand there, and what it means.

use crate::column::key;

macro_rules! vocabulary {
    ($(#[$doc:meta])+ $name:ident { $($(#[$word_doc:meta])+ $word:ident = $text:literal $(| $alias:literal)*,)+ }) => {
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$word_doc])+ $word,)+ }

        impl $name {
            /// The word as the public interface writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text,)+ }
            }

            /// Reads one of the words a file may use, in any spelling.
            pub(crate) fn from_text(text: &str) -> Option<Self> {
                let words = [$((Self::$word, &[$text, $($alias,)*][..]),)+];
                let wanted = key(text);
                let found = words.iter().find(|(_, names)| names.iter().any(|name| key(name) == wanted));
                found.map(|(word, _)| *word)
            }
        }
    };
}

vocabulary! {
    /// What drives an aircraft.
    EngineType {
        /// Petrol, in a row or radial.
        Piston = "piston" | "radial" | "reciprocating",
        /// Diesel or kerosene in a piston engine.
        Diesel = "diesel",
        /// A turbine on a propeller or a rotor.
        Turboprop = "turboprop" | "turboshaft",
        /// A jet.
        Turbofan = "turbofan" | "turbojet",
        /// A motor and a battery.
        Electric = "electric",
    }
}

vocabulary! {
    /// Whether a row of the aircraft table is an aircraft or a training device.
    EquipType {
        /// An aircraft.
        Aircraft = "aircraft" | "airplane",
        /// A full flight simulator.
        Ffs = "ffs",
        /// A flight training device.
        Ftd = "ftd",
        /// A basic aviation training device.
        Batd = "batd",
        /// An advanced aviation training device.
        Aatd = "aatd",
        /// An aviation training device of unknown level.
        Atd = "atd" | "simulator",
    }
}

vocabulary! {
    /// The category of an aircraft. A training device is a `Simulator`,
    /// whatever it stands for.
    Category {
        /// An aeroplane.
        Airplane = "airplane" | "aeroplane",
        /// A helicopter or a gyroplane.
        Rotorcraft = "rotorcraft",
        /// A glider.
        Glider = "glider",
        /// A training device.
        Simulator = "simulator",
    }
}

vocabulary! {
    /// The class of an aircraft, by the FAA or by EASA.
    Class {
        /// Airplane, single engine, land.
        Asel = "ASEL" | "airplane_single_engine_land" | "SEL",
        /// Airplane, multi engine, land.
        Amel = "AMEL" | "airplane_multi_engine_land" | "MEL",
        /// Airplane, single engine, sea.
        Ases = "ASES" | "airplane_single_engine_sea" | "SES",
        /// Airplane, multi engine, sea.
        Ames = "AMES" | "airplane_multi_engine_sea" | "MES",
        /// Helicopter.
        Helicopter = "helicopter" | "rotorcraft_helicopter" | "RH",
        /// Gyroplane.
        Gyroplane = "gyroplane" | "rotorcraft_gyroplane" | "RG",
        /// Single-engine piston (EASA).
        Sep = "SEP" | "SEP(land)",
        /// Multi-engine piston (EASA).
        Mep = "MEP" | "MEP(land)",
        /// Touring motor glider (EASA).
        Tmg = "TMG",
    }
}

impl EquipType {
    /// Whether this is a training device rather than an aircraft.
    pub fn is_simulator(self) -> bool {
        self != Self::Aircraft
    }
}

impl Class {
    /// The category the class belongs to.
    pub fn category(self) -> Category {
        match self {
            Self::Asel | Self::Amel | Self::Ases | Self::Ames | Self::Sep | Self::Mep => {
                Category::Airplane
            }
            Self::Helicopter | Self::Gyroplane => Category::Rotorcraft,
            Self::Tmg => Category::Glider,
        }
    }
}
