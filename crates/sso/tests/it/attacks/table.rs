//! All attacks that a relying party must survive, and where each is tried. docs/security/attacks.md is
//! generated from here.

/// One attack.
pub struct Attack {
    /// Its number; `C…` are cases of the OpenID conformance suite for relying parties.
    pub number: &'static str,
    /// What the attacker tries.
    pub title: &'static str,
    /// The named checks that stop it, with which it is proven that it would succeed without them.
    pub checks: &'static [&'static str],
    /// Where it is tried: file, test.
    pub tests: &'static [(&'static str, &'static str)],
    /// What else there is to say.
    pub status: Status,
}

/// How far an attack is covered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// By its tests.
    Tested,
    /// It cannot reach us; why.
    NotApplicable(&'static str),
}
use Status::{NotApplicable, Tested};

const FLOW: &str = "crates/sso/tests/it/attacks/flow.rs";
const IDENTITY: &str = "crates/sso/tests/it/attacks/identity.rs";
const KEYS: &str = "crates/sso/tests/it/attacks/keys.rs";
const NETWORK: &str = "crates/sso/tests/it/attacks/network.rs";
const TOKEN: &str = "crates/sso/tests/it/attacks/token.rs";
const HAPPY: &str = "crates/sso/tests/it/happy.rs";
const DECIDE: &str = "crates/sso/src/decide/tests.rs";
const ACTIVATION: &str = "crates/sso/src/activation/tests.rs";
const MODEL: &str = "crates/sso/src/activation/model.rs";
const REDEEM: &str = "crates/sso/src/protocol/redeem.rs";
const PHOTO: &str = "crates/sso/src/protocol/graph/photo.rs";
const CACHE: &str = "crates/sso/src/protocol/cache.rs";
const FETCH: &str = "crates/fetch/src/tests.rs";
const POLICY: &str = "crates/fetch/src/policy.rs";
const SERVICE: &str = "crates/sso/src/service/tests/attacks.rs";
const CONNECTIONS: &str = "crates/sso/src/service/tests/connections.rs";
const TAKEN_OUT: &str = "crates/sso/src/service/tests/taken_out.rs";
const CONSENT: &str = "crates/sso/src/service/tests/consent.rs";
const RECHECK: &str = "crates/sso/src/service/tests/recheck.rs";
const FLOOD: &str = "crates/sso/src/service/tests/flood.rs";
const HANG_UP: &str = "crates/sso/src/service/tests/hang_up.rs";
const ACTIVATING: &str = "crates/sso/src/service/tests/activation.rs";
const CLIENT: &str = "crates/sso/src/protocol/client.rs";
const GATE: &str = "crates/accounts/src/gate.rs";
const BROWSERS: &str = "crates/accounts/src/gate/browsers.rs";
const FACE_FLOOD: &str = "crates/portal/src/web/tests/flood.rs";
const SIGNING: &str = "crates/sso/src/service/views/signing.rs";
const USERNAME: &str = "crates/accounts/src/username.rs";
const LOCAL: &str = "crates/accounts/src/tests/local.rs";
const PEOPLE: &str = "crates/accounts/src/tests/people.rs";
const RECOVERY: &str = "crates/accounts/src/tests/recovery.rs";
const ORGANISATIONS: &str = "crates/accounts/src/tests/organisations.rs";
const SESSIONS: &str = "crates/accounts/src/tests/sessions.rs";
const ISOLATION: &str = "crates/accounts/src/tests/isolation.rs";
const AT_REST: &str = "crates/accounts/src/tests/at_rest.rs";
const FACE: &str = "crates/portal/src/web/tests/attacks.rs";
const FACE_HEADERS: &str = "crates/portal/src/web/tests/headers.rs";
const FACE_NAMES: &str = "crates/portal/src/web/tests/enumeration.rs";
const FACE_INPUT: &str = "crates/portal/src/web/tests/bad_input.rs";
const FACE_DOORS: &str = "crates/portal/src/web/tests/doors.rs";
const FACE_ROLES: &str = "crates/portal/src/web/tests/permissions.rs";
const FACE_STOLEN: &str = "crates/portal/src/web/tests/stolen.rs";
const VAULT: &str = "crates/vault/src/tests/mod.rs";

macro_rules! attacks {
    ($($number:literal $title:literal, checks [$($check:literal),*], tests [$($file:ident $test:ident),*], $status:expr;)*) => {
        /// Every attack, by number.
        pub const ATTACKS: &[Attack] = &[$(Attack {
            number: $number, title: $title, checks: &[$($check),*], tests: &[$(($file, stringify!($test))),*], status: $status,
        }),*];
    };
}

attacks! {
    "1" "nOAuth: same email, other tenant", checks [], tests [DECIDE names_decide_nothing_but_the_one_link_of_an_employee, DECIDE nobody_enters_from_another_organisations_tenant, SERVICE attack_01_the_same_mail_address_in_another_tenant_is_nobody, TAKEN_OUT attack_01_without_its_guards_an_account_of_another_tenant_is_whoever_bears_its_name], Tested;
    "2" "Same tenant, other object id, same email (reassigned address)", checks [], tests [DECIDE whoever_is_linked_to_another_account_is_refused, SERVICE attack_02_a_reassigned_address_is_not_the_person_who_had_it, TAKEN_OUT attack_02_if_the_name_decided_whoever_gets_the_address_would_get_the_person], Tested;
    "3" "`tid` is no GUID, differs from `iss`, or `iss` is another cloud's", checks ["tenant-id", "issuer", "key-issuer"], tests [IDENTITY attack_03_tid_is_no_guid, IDENTITY attack_03_tid_and_iss_name_different_tenants, IDENTITY attack_03_issuer_of_another_cloud], Tested;
    "4" "Personal account at an organisation's connection", checks ["personal-account"], tests [IDENTITY attack_04_personal_account_at_an_organisations_connection], Tested;
    "5" "Key of personal accounts signs a token of an organisation", checks ["key-issuer"], tests [IDENTITY attack_05_key_of_personal_accounts_signs_for_an_organisation, IDENTITY attack_05_key_of_the_shared_set_says_no_issuer], Tested;
    "6" "Guest where only members may enter", checks [], tests [HAPPY a_guest_is_recognised, HAPPY every_sign_of_a_guest_counts_and_a_member_has_none, DECIDE guests_are_refused_unless_switched_on, SERVICE attack_06_a_guest_is_refused_under_members_only, TAKEN_OUT attack_06_without_its_row_a_guest_enters], Tested;
    "7" "Same `sub` in two tenants", checks [], tests [FLOW attack_07_same_subject_in_two_tenants, SERVICE attack_07_the_same_subject_in_another_tenant_is_another_account], Tested;
    "8" "`oid` is missing", checks ["object-id"], tests [IDENTITY attack_08_object_id_is_missing_or_no_guid], Tested;
    "9" "Look-alike addresses: Unicode, letter case, white space", checks [], tests [USERNAME look_alikes_and_nonsense_are_refused, USERNAME one_person_typing_differently_is_one_username, SERVICE attack_09_look_alike_addresses_are_other_names], Tested;
    "10" "Token of organisation B in a sign-in of organisation A", checks ["tenant"], tests [IDENTITY attack_10_token_of_organisation_b_in_a_flow_of_organisation_a, SERVICE attack_10_a_token_of_another_organisations_tenant_opens_nothing], Tested;
    "11" "Account that is already linked in another organisation", checks [], tests [DECIDE nobody_enters_who_is_disabled_or_belongs_to_another_organisation, SERVICE attack_11_an_account_that_is_linked_in_another_organisation_is_not_linked_again, TAKEN_OUT attack_11_without_its_guards_an_account_is_offered_to_a_second_organisation_and_the_database_keeps_it], Tested;
    "12" "`xms_edov` is absent, 0, \"0\", false or \"false\"", checks [], tests [IDENTITY attack_12_email_is_verified_only_if_the_provider_says_yes], Tested;
    "13" "Algorithm none, None, NONE", checks ["algorithm"], tests [TOKEN attack_13_algorithm_none], Tested;
    "14" "HS256 with the public key or the client's secret as key", checks ["algorithm", "signature"], tests [TOKEN attack_14_hmac_with_what_everybody_knows], Tested;
    "15" "RS384, RS512, PS256, ES256", checks ["algorithm"], tests [TOKEN attack_15_algorithms_that_are_not_on_our_list], Tested;
    "16" "Key in the header: `jwk`, `jku`, `x5u`, `x5c`", checks ["signature", "key"], tests [TOKEN attack_16_keys_inside_the_token_are_ignored], Tested;
    "17" "`kid` is a path, SQL, huge, not a text, missing, or stands for two keys", checks ["key-id", "key", "key-issuer"], tests [TOKEN attack_17_strange_key_ids, TOKEN attack_17_key_id_is_missing, TOKEN attack_17_two_keys_with_one_id], Tested;
    "18" "Bad signature, truncated, too many segments, encrypted", checks ["signature", "token-form"], tests [TOKEN attack_18_broken_signatures_and_forms, TOKEN attack_18_what_is_no_signed_token_at_all], Tested;
    "19" "`crit` header", checks ["critical-header"], tests [TOKEN attack_19_critical_header], Tested;
    "20" "Members that stand twice", checks ["duplicate-member"], tests [TOKEN attack_20_members_that_stand_twice], Tested;
    "21" "Token over the limit", checks ["token-size"], tests [TOKEN attack_21_token_over_the_limit], Tested;
    "22" "Key for encryption, of 1024 bits, with exponent 1, or for another algorithm", checks ["key-use", "key-size", "key-exponent", "key-algorithm"], tests [TOKEN attack_22_keys_that_must_not_sign, TOKEN attack_22_key_published_for_another_algorithm, TOKEN attack_22_unreadable_keys_in_the_set_are_passed_over], Tested;
    "23" "Wrong audience, several audiences, wrong authorized party", checks ["audience", "authorized-party"], tests [TOKEN attack_23_audience_and_authorized_party], Tested;
    "24" "Times past, future, ancient, at the edge; claims missing", checks ["expiry", "not-before", "issued-at", "subject", "nonce", "version"], tests [TOKEN attack_24_times_are_kept_to_two_minutes, TOKEN attack_24_claims_that_must_be_there], Tested;
    "25" "Access token, version 1 token, or another client's token in the id_token's place", checks ["audience", "version", "token-type"], tests [TOKEN attack_25_other_tokens_in_the_id_tokens_place], Tested;
    "26" "Nonce is missing, other or replayed", checks ["nonce"], tests [FLOW attack_26_nonce_is_missing_other_or_replayed], Tested;
    "27" "State is missing, of another browser, replayed or expired; login CSRF", checks [], tests [SERVICE attack_27_a_state_works_once_in_its_own_browser_in_its_time, FACE attack_27_an_answer_is_taken_once_and_only_in_the_browser_that_asked, TAKEN_OUT attack_27_without_its_guards_an_answer_counts_in_another_browser_late_and_again], Tested;
    "28" "Stolen code in another sign-in", checks ["nonce"], tests [FLOW attack_28_stolen_code_in_another_sign_in, SERVICE attack_28_a_stolen_code_in_the_thiefs_own_sign_in_fails], Tested;
    "29" "PKCE challenge stripped on the way; provider without S256", checks ["metadata-s256"], tests [FLOW attack_29_challenge_stripped_on_the_way, FLOW attack_29_provider_without_s256], Tested;
    "30" "Mix-up: answer of one provider at another's sign-in", checks ["response-issuer"], tests [FLOW attack_30_answer_of_another_provider, FLOW attack_30_the_code_is_sent_nowhere_when_the_answers_issuer_is_wrong, FLOW attack_30_issuer_is_announced_and_missing, FLOW attack_30_code_of_one_connection_at_another], Tested;
    "31" "Callback twice, back button, two tabs", checks [], tests [SERVICE attack_31_a_second_callback_with_the_same_answer_signs_nobody_in], Tested;
    "32" "Error response with an attacker's text", checks [], tests [REDEEM of_an_error_only_codes_and_ids_are_kept, REDEEM an_error_of_any_text_is_read_without_panic_and_bounded, FACE attack_32_words_of_an_answer_never_reach_the_page], Tested;
    "33" "Open redirect by `return_to`", checks [], tests [SIGNING attack_33_return_to_never_leads_elsewhere, FACE_INPUT attack_33_return_to_never_leads_elsewhere], Tested;
    "34" "Session fixation", checks [], tests [SESSIONS signing_in_again_changes_the_token_and_ends_the_old_session, SESSIONS a_rotated_token_leaves_the_old_one_worthless, SERVICE attack_34_signing_in_replaces_the_token_that_the_browser_had, FACE_DOORS attack_34_a_token_that_was_known_before_is_worth_nothing_after], Tested;
    "35" "Forged admin-consent callback with a foreign tenant", checks [], tests [CONNECTIONS attack_35_a_forged_admin_consent_answer_binds_nothing, CONSENT attack_35_a_forged_answer_with_the_own_tenant_makes_nothing_seen, TAKEN_OUT attack_35_without_its_guard_a_forged_answer_for_another_tenant_is_believed, TAKEN_OUT attack_35_without_its_guard_a_forged_answer_by_a_link_is_borne_out_by_the_next_newcomer], Tested;
    "36" "Callback over http, poisoned Host header", checks [], tests [HAPPY the_authorisation_request_asks_for_nothing_more_than_it_must, FACE_HEADERS attack_36_a_request_for_another_host_is_not_read], Tested;
    "37" "Response mode swapped: POST, fragment", checks [], tests [HAPPY the_authorisation_request_asks_for_nothing_more_than_it_must, FACE attack_37_an_answer_by_form_or_fragment_is_no_answer], Tested;
    "38" "Settings in a frame (clickjacking)", checks [], tests [FACE_HEADERS attack_38_no_page_can_be_framed_but_the_logout_that_providers_frame], Tested;
    "39" "Cross-site request enables, enforces or turns off", checks [], tests [FACE attack_39_no_form_is_taken_from_another_site], Tested;
    "40" "Settings changed between start and callback", checks [], tests [SERVICE attack_40_settings_that_changed_on_the_way_refuse_the_answer, SERVICE attack_40_turning_off_refuses_who_is_still_on_the_way, SERVICE attack_40_an_enforcing_that_ran_out_refuses_who_is_still_on_the_way, TAKEN_OUT attack_40_without_its_guard_whoever_was_on_the_way_when_it_was_turned_off_comes_in], Tested;
    "41" "Keys rolled over", checks [], tests [KEYS attack_41_keys_rolled_over], Tested;
    "42" "Storm of unknown key ids", checks ["key"], tests [KEYS attack_42_storm_of_unknown_key_ids, CACHE many_at_once_make_one_request, CACHE an_unknown_key_is_looked_for_once_in_five_minutes], Tested;
    "43" "Keys or metadata: error, slow, redirect, huge, ten thousand keys, not JSON, gzip bomb", checks [], tests [KEYS attack_43_broken_key_sets_are_refused_and_the_last_known_good_one_is_used, KEYS attack_43_broken_metadata_is_refused, KEYS attack_43_slow_answers_end_in_time, KEYS attack_43_ten_thousand_keys], Tested;
    "44" "Key that was taken away", checks ["key", "signature"], tests [KEYS attack_44_key_that_was_taken_away], Tested;
    "45" "Metadata of another issuer, or with addresses on another host", checks ["metadata-issuer", "metadata-host", "metadata-https"], tests [KEYS attack_45_metadata_of_another_issuer, KEYS attack_45_metadata_that_points_to_another_host, KEYS attack_45_metadata_with_addresses_that_are_not_https], Tested;
    "46" "Token endpoint and Graph: throttling, errors, HTML, huge, slow, about somebody else", checks [], tests [KEYS attack_46_token_endpoint_that_answers_nonsense, KEYS attack_46_access_token_that_cannot_stand_in_a_header, NETWORK attack_46_graph_that_refuses_or_stumbles, NETWORK attack_46_slow_graph_ends_within_its_budget, NETWORK attack_46_graph_speaks_of_somebody_else], Tested;
    "47" "Server-side request forgery: private addresses in every spelling, DNS rebinding, redirects, ports", checks [], tests [NETWORK attack_47_issuer_on_an_address_that_is_not_public, NETWORK attack_47_metadata_leads_into_the_private_network, NETWORK attack_47_errors_tell_nothing_of_what_was_answered, POLICY every_spelling_of_a_private_address_is_refused, POLICY only_https_on_its_port_without_user_info, FETCH a_name_that_leads_to_a_private_address_is_refused, FETCH an_answer_that_changes_later_does_not_matter, FETCH a_redirect_is_an_answer_and_is_not_followed], Tested;
    "48" "Finding out who exists", checks [], tests [LOCAL every_refusal_costs_the_same_work_and_reads_the_same, LOCAL an_account_is_limited_alike_whether_somebody_has_it, SERVICE attack_48_known_and_unknown_names_take_the_same_way, FACE_NAMES attack_48_known_and_unknown_names_get_the_same_answer, FACE_NAMES attack_48_known_and_unknown_names_cost_the_same_statements, FACE_NAMES attack_48_once_it_is_on_the_domain_alone_decides], Tested;
    "49" "Guessing passwords; locking others out by guessing", checks [], tests [LOCAL an_address_and_an_organisation_are_limited_across_names, LOCAL guesses_sent_at_once_are_counted_one_by_one, RECOVERY wrong_codes_are_limited_by_themselves_and_alike_for_unknown_names, SERVICE attack_49_guessing_passwords_shuts_neither_sso_nor_recovery, FACE_NAMES attack_49_guessing_is_slowed_and_shuts_neither_single_sign_on_nor_recovery], Tested;
    "50" "Password where single sign-on is enforced", checks [], tests [LOCAL every_refusal_costs_the_same_work_and_reads_the_same, SERVICE attack_50_a_right_password_under_enforced_sso_looks_like_a_wrong_one, FACE_NAMES attack_50_a_right_password_is_refused_like_a_wrong_one_once_it_is_on], Tested;
    "51" "Enforcing without a test, without a way back; the last owner goes", checks [], tests [ACTIVATION nobody_enforces_without_a_kit_that_was_tried_and_has_a_code_left, ACTIVATION a_test_counts_only_after_linking_for_its_tester_and_for_an_hour, MODEL in_every_reachable_state_some_owner_gets_in_and_nobody_who_is_not_linked, PEOPLE the_last_owner_can_neither_be_demoted_nor_disabled, SERVICE attack_51_nothing_is_enforced_without_a_test_or_a_way_back], Tested;
    "52" "Flood of new people", checks [], tests [DECIDE nobody_is_created_but_where_the_organisation_switched_it_on_and_nobody_bears_the_name, SERVICE attack_52_a_flood_of_new_people_stops_at_the_cap], Tested;
    "53" "Role by claims", checks [], tests [DECIDE a_role_above_employee_is_never_linked_without_the_persons_own_session_or_invitation, SERVICE attack_53_claims_about_roles_give_no_role], Tested;
    "54" "Somebody else's domain", checks [], tests [ORGANISATIONS a_domain_belongs_to_one_organisation_until_it_is_given_back, ORGANISATIONS only_the_operator_can_vouch_for_a_domain, SERVICE attack_54_a_domain_of_another_organisation_stays_with_it], Tested;
    "55" "Two organisations, one tenant", checks [], tests [DECIDE only_an_activation_brings_a_tenant_that_is_not_bound, SERVICE attack_55_a_tenant_that_is_bound_is_bound_and_a_second_claim_needs_the_operator, SERVICE attack_55_a_proposal_made_before_the_tenant_was_bound_elsewhere_cannot_be_accepted], Tested;
    "56" "Disabled person, revoked consent: the session goes on", checks [], tests [SESSIONS a_session_of_the_provider_is_rechecked_when_due, PEOPLE a_disabled_person_has_no_way_in_until_enabled, RECHECK attack_56_a_disabled_account_or_a_revoked_consent_ends_the_session_at_the_next_look, RECHECK attack_56_an_answer_that_the_browser_writes_itself_does_not_keep_a_session_going, FACE_STOLEN attack_56_whoever_opens_no_page_is_looked_at_all_the_same, FACE_STOLEN a_form_that_comes_long_after_a_look_was_due_waits_for_the_look_and_is_not_lost], Tested;
    "57" "Tokens, codes, secrets or names in logs and errors", checks [], tests [FLOW attack_57_secrets_in_debug_output_and_errors, AT_REST nothing_personal_and_no_secret_is_readable_at_rest, FACE attack_57_no_secret_and_no_person_reaches_a_log_an_error_page_or_another_site], Tested;
    "58" "Rows swapped in the database", checks [], tests [AT_REST a_value_moved_to_another_person_does_not_open, VAULT keys_swapped_between_their_owners_are_noticed, VAULT a_value_opens_in_its_own_organisation_and_person_only], Tested;
    "59" "Picture that is SVG, HTML, a polyglot or a bomb", checks [], tests [NETWORK attack_59_pictures_that_are_none, PHOTO what_is_no_jpeg_or_png_or_too_large_is_refused, PHOTO a_small_file_that_stands_for_an_enormous_picture_is_refused_before_it_is_unpacked, PHOTO nothing_behind_the_end_of_a_picture_travels_on], Tested;
    "60" "Front-channel logout with a foreign session id", checks [], tests [SESSIONS logout_at_the_provider_ends_its_sessions_and_no_others, RECHECK attack_60_only_the_right_issuer_and_sid_together_sign_somebody_out], Tested;
    "61" "Ids of another organisation in administrators' requests", checks [], tests [ISOLATION ids_of_another_organisation_are_not_found, SERVICE attack_61_ids_of_another_organisation_do_not_exist, FACE_ROLES attack_61_nothing_of_another_organisation_is_found_by_its_id], Tested;
    "62" "Refresh tokens lying around", checks [], tests [FLOW attack_62_refresh_tokens_are_neither_asked_for_nor_kept, SERVICE attack_62_no_refresh_token_is_asked_for_and_no_token_is_stored], Tested;
    "63" "Flood of strangers that fills the disk and the audit log", checks [], tests [GATE a_flood_from_one_network_is_stopped_and_shuts_out_no_other, GATE a_company_behind_one_address_signs_in_without_end, GATE an_ipv6_customer_is_one_network_however_many_addresses_it_has, FLOOD a_flood_of_begun_sign_ins_leaves_no_row_and_keeps_nobody_out_who_is_on_the_way, FLOOD a_flood_of_answers_to_nothing_leaves_no_row, FLOOD invented_codes_do_not_make_us_flood_the_provider, FLOOD a_colleague_in_a_network_that_floods_every_door_signs_in_and_recovers, BROWSERS a_browser_in_a_loop_meets_its_own_limit_and_leaves_room_for_its_colleagues, FLOOD refusals_of_one_network_fill_neither_the_audit_log_nor_the_disk, FLOOD passwords_tried_by_the_thousand_leave_few_rows, FLOOD recovery_is_never_shut_by_a_flood_from_the_same_network_and_wrong_codes_leave_no_row, FLOOD what_is_over_is_deleted_by_the_recurring_work, FACE_FLOOD whoever_floods_the_doors_gets_a_calm_page_and_others_come_in], Tested;
    "64" "Browser that hangs up, so that nothing is written down", checks [], tests [HANG_UP a_browser_that_hangs_up_at_any_await_loses_no_ledger_row_and_no_sign_in, HANG_UP a_browser_that_hangs_up_hides_no_refusal, HANG_UP a_guess_that_is_broken_off_is_counted_and_written_down, HANG_UP a_recovery_code_whose_browser_hangs_up_is_announced_all_the_same, FACE_FLOOD a_link_whose_browser_hangs_up_is_not_used_up_for_nothing], Tested;
    "65" "Metadata or keys of one provider kept for another", checks ["metadata-issuer"], tests [CLIENT providers_that_share_an_address_are_kept_apart, KEYS attack_45_metadata_of_another_issuer], Tested;
    "66" "Colleague at a browser that carries an activation", checks [], tests [ACTIVATING a_colleague_at_the_browser_that_carries_a_draft_goes_the_ordinary_way], Tested;
    "C1" "`at_hash` is wrong", checks ["access-token-hash"], tests [FLOW conformance_at_hash_is_checked_if_present], Tested;
    "C2" "Userinfo speaks of somebody else", checks ["userinfo-subject"], tests [FLOW conformance_userinfo_speaks_of_somebody_else], Tested;
    "C3" "`c_hash` is wrong or missing", checks [], tests [], NotApplicable("only tokens of the hybrid flow carry it; we ask for a code and nothing else");
    "C4" "Error by form post", checks [], tests [], NotApplicable("answers come by `response_mode=query`; the callback takes no POST (37)");
    "C5" "Refreshed id_token with another issuer, audience or subject", checks [], tests [], NotApplicable("nothing is ever refreshed (62)");
    "C6" "Sign-in begun by a third party", checks [], tests [], NotApplicable("there is no address for it; a sign-in begins on our own page");
}

/// Guards of the service that a test takes out: number of the attack, the guard in the code, and in words.
pub const GUARDS: &[(&str, &str, &str)] = &[
    ("1", "Row(Rule::WrongTenant)", "row \"tenant is not the one in the settings\""),
    ("1", "AccountDecides", "the account decides, not the name"),
    ("2", "AccountDecides", "the account decides, not the name"),
    ("6", "Row(Rule::GuestsOff)", "row \"a guest is refused\""),
    ("11", "Row(Rule::OtherOrganisation)", "row \"belongs to a person of another organisation\""),
    ("11", "ProposalProblems", "looked at again when accepted; behind both, the key of the table, which stays"),
    ("27", "StateBrowser", "the browser that began"),
    ("27", "StateTime", "ten minutes"),
    ("27", "StateOnce", "used up before it is judged; behind it the provider, who takes no code twice"),
    ("35", "ConsentTenant", "the bound tenant"),
    ("35", "ConsentVouched", "an administrator's session"),
    ("40", "SameSettings", "the same settings"),
];

/// Attacks for which no test takes anything out, and why not: they are tried, and they fail, but that it is this guard
/// that stops them rests on reading.
pub const NOT_TAKEN_OUT: &[(&str, &[&str])] = &[
    (
        "there is no check to take out: the address, form, field or permission that it would need does not exist",
        &["33", "34", "36", "37", "38", "53", "57", "62"],
    ),
    ("what stops it is a type, a key of a table or a seal, which the program cannot do without", &["7", "9", "12", "54", "58", "61"]),
    ("it is a limit in size, time or number; the tests go to the limit and beyond it", &["32", "41", "43", "46", "49", "52", "59", "63"]),
    ("the guard is that different cases are answered alike; the tests compare the answers", &["48", "50"]),
    ("the rules of switching on are model-checked, and the model is run with each rule changed (mutations)", &["51"]),
    (
        "its guard stands in the face, the accounts or the fetcher, where guards cannot be taken out yet",
        &["31", "39", "47", "55", "56", "60", "64", "66"],
    ),
];
