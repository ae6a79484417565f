//! Where a job is, and what is near.
//!
//! Coordinates are whole microdegrees (11 cm), so that they compare, hash and travel through both
//! databases exactly; floats appear only inside the formula of the distance.
#![expect(
    clippy::float_arithmetic,
    reason = "distances on a sphere; no money passes here"
)]

/// Kilometres; the mean radius of the Earth.
const EARTH_KM: f64 = 6_371.008_8;
/// Kilometres of one degree of latitude.
const DEGREE_KM: f64 = EARTH_KM * std::f64::consts::PI / 180.0;
/// A search radius beyond this is no longer local.
pub const MAX_RADIUS_KM: f64 = 1_000.0;

const MICRO: f64 = 1e6;
const LAT_MAX: i32 = 90_000_000;
const LON_MAX: i32 = 180_000_000;

/// A place on the Earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    lat_e6: i32,
    lon_e6: i32,
}

/// How far to search: more than nothing, at most [`MAX_RADIUS_KM`].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Radius(f64);

/// What a circle fits into, in microdegrees, for a coarse search by plain comparisons:
/// `lat BETWEEN south AND north AND (lon BETWEEN lon.0 AND lon.1 OR lon BETWEEN lon2.0 AND lon2.1)`.
/// The second range matters when the box crosses the 180th meridian; otherwise it repeats the
/// first, so that the statement is always the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundingBox {
    /// Smallest latitude.
    pub south: i64,
    /// Largest latitude.
    pub north: i64,
    /// Longitudes from west to east.
    pub lon: (i64, i64),
    /// More longitudes.
    pub lon2: (i64, i64),
}

impl Point {
    /// From degrees; `None` outside of ±90 and ±180 and for NaN.
    pub fn from_degrees(lat: f64, lon: f64) -> Option<Self> {
        Some(Self {
            lat_e6: micro(lat, LAT_MAX)?,
            lon_e6: micro(lon, LON_MAX)?,
        })
    }

    /// From stored microdegrees; `None` outside of the bounds.
    pub fn from_micro(lat: i64, lon: i64) -> Option<Self> {
        let within = |value: i64, max: i32| {
            i32::try_from(value)
                .ok()
                .filter(|v| v.unsigned_abs() <= max.unsigned_abs())
        };
        Some(Self {
            lat_e6: within(lat, LAT_MAX)?,
            lon_e6: within(lon, LON_MAX)?,
        })
    }

    /// Reads `lat,lon` in degrees, as in a query.
    pub fn parse(text: &str) -> Option<Self> {
        let (lat, lon) = text.split_once(',')?;
        Self::from_degrees(lat.trim().parse().ok()?, lon.trim().parse().ok()?)
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e6) / MICRO
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e6) / MICRO
    }

    /// Latitude and longitude in microdegrees, for storage.
    pub fn micro(self) -> (i64, i64) {
        (i64::from(self.lat_e6), i64::from(self.lon_e6))
    }

    /// Great-circle distance in kilometres (haversine; within half a percent of the ellipsoid).
    pub fn distance_km(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat().to_radians(), other.lat().to_radians());
        let half_lat = ((lat2 - lat1) / 2.0).sin();
        let half_lon = ((other.lon() - self.lon()).to_radians() / 2.0).sin();
        let h = half_lat * half_lat + lat1.cos() * lat2.cos() * half_lon * half_lon;
        // Rounding may carry antipodes a hair above 1, where asin is not a number.
        2.0 * EARTH_KM * h.min(1.0).sqrt().asin()
    }

    /// Whether `other` is at most `radius` away.
    pub fn is_within(self, other: Self, radius: Radius) -> bool {
        self.distance_km(other) <= radius.0
    }

    /// The box around the circle of `radius` around this point: contains all of it, and more.
    pub fn around(self, radius: Radius) -> BoundingBox {
        // A little more than the circle, so that no rounding cuts off its edge.
        let reach = radius.0 / DEGREE_KM + 2.0 / MICRO;
        let (south, north) = (self.lat() - reach, self.lat() + reach);
        let whole = (-180_000_000, 180_000_000);
        let lat = (clamped(south, LAT_MAX), clamped(north, LAT_MAX));
        // Where the circle touches its meridians: farther than at the latitude of the centre.
        let ratio = reach.to_radians().sin() / self.lat().to_radians().cos();
        let around_a_pole = south <= -90.0 || north >= 90.0 || ratio.is_nan() || ratio >= 1.0;
        let (lon, lon2) = if around_a_pole {
            (whole, whole)
        } else {
            let reach = ratio.asin().to_degrees() + 2.0 / MICRO;
            let (west, east) = (self.lon() - reach, self.lon() + reach);
            if west < -180.0 {
                (
                    (clamped(west + 360.0, LON_MAX), whole.1),
                    (whole.0, clamped(east, LON_MAX)),
                )
            } else if east > 180.0 {
                (
                    (clamped(west, LON_MAX), whole.1),
                    (whole.0, clamped(east - 360.0, LON_MAX)),
                )
            } else {
                let lon = (clamped(west, LON_MAX), clamped(east, LON_MAX));
                // 180° and -180° are the same place.
                let edge = if lon.0 == whole.0 {
                    (whole.1, whole.1)
                } else if lon.1 == whole.1 {
                    (whole.0, whole.0)
                } else {
                    lon
                };
                (lon, edge)
            }
        };
        BoundingBox {
            south: lat.0,
            north: lat.1,
            lon,
            lon2,
        }
    }
}

impl Radius {
    /// `None` for zero, negative, NaN and more than [`MAX_RADIUS_KM`].
    pub fn from_km(km: f64) -> Option<Self> {
        (km > 0.0 && km <= MAX_RADIUS_KM).then_some(Self(km))
    }

    /// Kilometres.
    pub fn km(self) -> f64 {
        self.0
    }
}

impl BoundingBox {
    /// The comparison that the databases make.
    pub fn contains(&self, point: Point) -> bool {
        let (lat, lon) = point.micro();
        let between = |range: (i64, i64)| range.0 <= lon && lon <= range.1;
        self.south <= lat && lat <= self.north && (between(self.lon) || between(self.lon2))
    }
}

/// Degrees as microdegrees; `None` when they are not between `-max` and `max`.
fn micro(degrees: f64, max: i32) -> Option<i32> {
    let micro = (degrees * MICRO).round();
    (micro.abs() <= f64::from(max)).then(|| truncate(micro))
}

fn clamped(degrees: f64, max: i32) -> i64 {
    i64::from(truncate(
        (degrees * MICRO)
            .round()
            .clamp(-f64::from(max), f64::from(max)),
    ))
}

/// The standard library has no other way from a float to an integer.
#[expect(
    clippy::as_conversions,
    reason = "whole and within ±180e6, see both callers"
)]
fn truncate(micro: f64) -> i32 {
    micro as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    fn km(km: f64) -> Radius {
        Radius::from_km(km).unwrap()
    }

    #[test]
    fn known_distances() {
        let (moscow, petersburg) = (point(55.7558, 37.6173), point(59.9343, 30.3351));
        let distance = moscow.distance_km(petersburg);
        assert!((distance - 634.0).abs() < 2.0, "{distance}");
        let half = point(90.0, 0.0).distance_km(point(-90.0, 0.0));
        assert!((half - 20_015.1).abs() < 0.1, "{half}");
        // Across the 180th meridian in Chukotka: 20 km, not around the world.
        let near = point(66.0, 179.8).distance_km(point(66.0, -179.75));
        assert!((near - 20.35).abs() < 0.1, "{near}");
    }

    #[test]
    fn the_bounds_of_the_earth() {
        for (lat, lon) in [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)] {
            assert!(Point::from_degrees(lat, lon).is_some());
        }
        for (lat, lon) in [
            (90.1, 0.0),
            (0.0, 180.1),
            (f64::NAN, 0.0),
            (0.0, f64::INFINITY),
        ] {
            assert_eq!(Point::from_degrees(lat, lon), None, "{lat},{lon}");
        }
        assert_eq!(Point::from_micro(90_000_001, 0), None);
        assert_eq!(Point::from_micro(0, i64::MIN), None);
        assert_eq!(
            Point::from_micro(55_755_800, 37_617_300),
            Some(point(55.7558, 37.6173))
        );
    }

    #[test]
    fn a_query_is_read() {
        assert_eq!(
            Point::parse("55.7558, 37.6173"),
            Some(point(55.7558, 37.6173))
        );
        for text in [
            "",
            "55.75",
            "55.75;37.61",
            "55,75,37,61",
            "nan,0",
            "91,0",
            "a,b",
            "1,2,3",
        ] {
            assert_eq!(Point::parse(text), None, "{text}");
        }
    }

    #[test]
    fn radii_that_make_sense() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, MAX_RADIUS_KM + 1.0] {
            assert_eq!(Radius::from_km(bad), None, "{bad}");
        }
        assert!((km(5.0).km() - 5.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_box_crosses_the_meridian_and_covers_the_pole() {
        let chukotka = point(66.0, 179.8).around(km(30.0));
        assert!(chukotka.contains(point(66.0, -179.9)));
        assert!(chukotka.contains(point(66.0, 179.9)));
        assert!(!chukotka.contains(point(66.0, 178.0)));
        assert!(!chukotka.contains(point(66.0, -178.0)));
        let pole = point(89.9, 10.0).around(km(50.0));
        assert!(pole.contains(point(89.9, -170.0)));
        let moscow = point(55.75, 37.6).around(km(10.0));
        assert!(moscow.contains(point(55.8, 37.7)));
        assert!(!moscow.contains(point(55.9, 37.6)));
        assert_eq!(moscow.lon, moscow.lon2);
    }

    fn anywhere() -> impl Strategy<Value = Point> {
        // Half of the points near the corners, where the mistakes live.
        let lat = prop_oneof![-90.0..=90.0_f64, 89.0..=90.0_f64, Just(0.0)];
        let lon = prop_oneof![-180.0..=180.0_f64, 179.0..=180.0_f64, -180.0..=-179.0_f64];
        (lat, lon).prop_map(|(lat, lon)| point(lat, lon))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_box_never_loses_anybody(
            center in anywhere(),
            radius in 0.01..1_000.0_f64,
            bearing in 0.0..std::f64::consts::TAU,
            share in 0.0..=1.0_f64,
        ) {
            // A point of the circle, by the direct formula on the sphere.
            let (lat, lon) = (center.lat().to_radians(), center.lon().to_radians());
            let d = radius * share / EARTH_KM;
            let lat2 = (lat.sin() * d.cos() + lat.cos() * d.sin() * bearing.cos()).asin();
            let y = bearing.sin() * d.sin() * lat.cos();
            let lon2 = lon + y.atan2(d.cos() - lat.sin() * lat2.sin());
            let lon2 = (lon2.to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
            let other = point(lat2.to_degrees(), lon2);
            prop_assume!(center.is_within(other, km(radius)));
            prop_assert!(center.around(km(radius)).contains(other), "{other:?}");
        }

        #[test]
        fn distance_is_symmetric_and_finite(a in anywhere(), b in anywhere()) {
            let there = a.distance_km(b);
            prop_assert!(there.is_finite() && (0.0..=20_016.0).contains(&there));
            prop_assert!((there - b.distance_km(a)).abs() < 1e-6);
            prop_assert!(a.distance_km(a) < 1e-6);
        }

        #[test]
        fn storage_keeps_the_point(a in anywhere()) {
            let (lat, lon) = a.micro();
            prop_assert_eq!(Point::from_micro(lat, lon), Some(a));
            prop_assert_eq!(Point::parse(&format!("{},{}", a.lat(), a.lon())), Some(a));
        }

        #[test]
        fn parsing_never_fails(text in "[0-9.,eE+ naif-]{0,20}") {
            let _ = Point::parse(&text);
        }
    }
}
