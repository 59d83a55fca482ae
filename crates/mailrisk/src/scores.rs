//! For whoever measures: how well scores part two kinds of mail.

/// The area under the curve: the share of pairs in which the first kind has the higher score; ties count half. Zero without pairs.
pub fn area(one: &[f64], other: &[f64]) -> f64 {
    let mut wins = 0.0;
    for high in one {
        for low in other {
            wins += match high.partial_cmp(low) {
                Some(std::cmp::Ordering::Greater) => 1.0,
                Some(std::cmp::Ordering::Equal) => 0.5,
                Some(std::cmp::Ordering::Less) | None => 0.0,
            };
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of mails")]
    let pairs = (one.len() * other.len()).max(1) as f64;
    wins / pairs
}

#[cfg(test)]
mod tests {
    use super::area;

    #[test]
    fn pairs_in_the_right_order_count_whole_and_ties_half() {
        assert!((area(&[0.9, 0.5], &[0.1, 0.5]) - 0.875).abs() < 1e-9);
        assert!(area(&[], &[0.1]).abs() < 1e-9);
    }
}
