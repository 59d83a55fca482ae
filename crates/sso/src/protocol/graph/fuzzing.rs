//! The part of `protocol::fuzzing` that looks into what Graph answers.

use image::ImageReader;
use serde_json::{Map, Value};

use super::photo::{MAX_BYTES, PHOTO_SIDE, encode_anew};
use super::{GraphOrganization, GraphProfile};
use crate::protocol::ids::{ObjectId, TenantId};

pub(in crate::protocol) fn profile(answer: &Map<String, Value>, object: &ObjectId) {
    let Ok(profile) = GraphProfile::read(answer, object) else { return };
    assert_eq!(&profile.id, object);
    for text in
        [&profile.display_name, &profile.mail, &profile.business_phone, &profile.city, &profile.preferred_language].into_iter().flatten()
    {
        assert!((1..=256).contains(&text.chars().count()) && !text.chars().any(char::is_control), "{text:?}");
    }
    let _ = (profile.phone(), profile.address());
}

pub(in crate::protocol) fn organization(answer: &Map<String, Value>, tenant: &TenantId) {
    let Ok(organization) = GraphOrganization::read(answer, tenant) else { return };
    assert_eq!(&organization.id, tenant);
    assert!(organization.name.is_none_or(|name| (1..=256).contains(&name.chars().count())));
    assert!(organization.verified_domains.iter().all(|domain| (1..=3 * 253).contains(&domain.name.len())));
}

pub(in crate::protocol) fn photo(data: &[u8]) {
    if data.len() > MAX_BYTES {
        return;
    }
    let Ok(Some(photo)) = encode_anew(data) else { return };
    let jpeg = photo.as_jpeg();
    assert!(jpeg.starts_with(&[0xff, 0xd8, 0xff]) && jpeg.ends_with(&[0xff, 0xd9]) && jpeg.len() <= 160_000, "{} bytes", jpeg.len());
    let mut reader = ImageReader::new(std::io::Cursor::new(jpeg));
    reader.set_format(image::ImageFormat::Jpeg);
    let (width, height) = reader.into_dimensions().unwrap_or_default();
    assert!(width == height && (2..=PHOTO_SIDE).contains(&width), "{width} x {height}");
    // Its own output is a picture too, and stays one.
    assert!(encode_anew(jpeg).is_ok_and(|again| again.is_some()));
}
