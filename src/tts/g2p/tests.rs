use super::Pronouncer;
use crate::tts::phonemes::{Accent, id, is_sound};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

thread_local! {
    static PRONOUNCER: RefCell<Pronouncer> = RefCell::default();
}

fn phonemes(text: &str, accent: Accent) -> String {
    PRONOUNCER.with_borrow_mut(|pronouncer| pronouncer.phonemes(text, accent))
}

/// Checks that every word of the texts has sounds, that none is lost in its sentence, and that Kokoro knows all of them.
fn assert_spoken(texts: &[&str]) {
    let words: BTreeSet<&str> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
    let has_letters = |word: &&str| word.contains(|c: char| c.is_ascii_alphanumeric());
    for (nth, word) in words.iter().copied().filter(has_letters).enumerate() {
        let said = phonemes(word, [Accent::American, Accent::British][nth % 2]);
        assert!(said.contains(is_sound), "`{word}` is silent: {said}");
    }
    for accent in [Accent::American, Accent::British] {
        for text in texts {
            let said = phonemes(text, accent);
            assert!(said.chars().all(|symbol| id(symbol).is_some()), "{text}: {said}");
            let words = text.split_whitespace().filter(has_letters).count();
            assert!(said.split(' ').count() >= words, "words are missing from `{text}`: {said}");
        }
    }
}

#[test]
fn terms_of_the_trade_are_said_as_people_say_them() {
    for (term, said) in [
        ("Kubernetes", "kˌubəɹnˈɛTiz"),
        ("kubectl", "kjˈubkəntɹˌOl"),
        ("JSON", "ʤˈAsən"),
        ("NGINX", "ˈɛnʤən ˈɛks"),
        ("SQL", "sˈikwᵊl"),
        ("k8s", "kˌubəɹnˈɛTiz"),
        ("Terraform's", "tˈɛɹəfˌɔɹmz"),
    ] {
        assert_eq!(phonemes(term, Accent::American), said, "{term}");
    }
}

#[test]
fn acronyms_are_spelt_letter_by_letter() {
    for (acronym, letters) in [("RTO", 3), ("SLA", 3), ("IaC", 3), ("VPC", 3), ("CI/CD", 4), ("xkqz", 4)] {
        let said = phonemes(acronym, Accent::American);
        assert!(!said.contains(' ') || acronym.contains('/'), "{acronym} falls apart: {said}");
        let vowels = said.chars().filter(|c| "AIOWYiuɑɔəɛɜɪʊʌæ".contains(*c)).count();
        assert!(vowels >= letters, "{acronym}: {said}");
    }
}

#[test]
fn accents_differ() {
    assert_eq!(phonemes("the car goes past", Accent::American), "ðə kˈɑɹ ɡˈOz pˈæst");
    assert_eq!(phonemes("the car goes past", Accent::British), "ðə kˈɑː ɡˈQz pˈɑːst");
}

#[test]
fn unknown_names_are_said_from_the_dictionary_or_sounded_out() {
    assert_eq!(phonemes("Juanita", Accent::American), "wɑnˈiTə");
    assert!(phonemes("Zorblatt", Accent::American).starts_with('z'));
}

#[test]
fn nothing_to_say_has_no_phonemes() {
    for text in ["", "  ", "...", "—", "😀 🎉", "?!", "\u{0}\u{1}", "()"] {
        assert_eq!(phonemes(text, Accent::American), "", "{text:?}");
    }
}

#[test]
fn every_term_of_a_long_list_has_sounds_in_both_accents() {
    assert_spoken(&[
        "Kubernetes Terraform PostgreSQL Istio kubectl etcd NGINX Ansible WebAssembly OAuth OAuth2 VPC RTO RPO SLA SLO IaC \
         k8s p95 p99 99.9% 99.99% CI/CD e.g. i.e. EC2 S3 IAM DynamoDB gRPC GraphQL mTLS eBPF Cilium Prometheus Grafana \
         OpenTelemetry Jaeger Kafka RabbitMQ Redis Memcached Cassandra MongoDB Elasticsearch Kibana Splunk Datadog Helm \
         ArgoCD Flux Jenkins GitLab GitHub TypeScript JavaScript Rust C++ C# .NET node.js PyTorch NumPy Kotlin Scala JVM \
         GDPR HIPAA PCI-DSS SOC2 ISO27001 TCP/IP UDP DNS DHCP BGP VLAN IPv4 IPv6 HTTP/2 TLS1.3 x86 ARM64 GPU vCPU 10GB/s \
         200ms 5xx 404s $1.5m 3:30pm 24/7 2026-05-01 v1.2.3 10.0.0.1 1/2 50-60 #1 +3 -5 A/B and/or read/write \
         multi-tenancy idempotency observability autoscaler rightsizing chargeback FinOps SRE DevSecOps MLOps LLMs RAG",
    ]);
}

#[test]
fn everything_in_the_evaluation_bank_can_be_spoken() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/bank.toml");
    let Ok(bank) = std::fs::read_to_string(&file) else {
        println!("skipped: {} is not there", file.display());
        return;
    };
    let bank: toml::Value = toml::from_str(&bank).unwrap();
    let mut texts = Vec::new();
    for question in bank["question"].as_array().unwrap() {
        texts.extend(["prompt", "model_answer"].map(|key| question[key].as_str().unwrap()));
        texts.extend(question["follow_up"].as_array().unwrap().iter().map(|asked| asked["prompt"].as_str().unwrap()));
    }
    assert!(texts.len() > 50);
    assert_spoken(&texts);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn whatever_is_written_yields_only_symbols_that_kokoro_knows(text in "\\PC{0,60}") {
        for accent in [Accent::American, Accent::British] {
            let said = phonemes(&text, accent);
            prop_assert!(said.chars().all(|symbol| id(symbol).is_some()), "{}", said);
        }
    }

    #[test]
    fn every_latin_word_is_heard(word in "[A-Za-z][A-Za-z0-9'/._+#-]{0,14}") {
        let said = phonemes(&word, Accent::American);
        prop_assert!(said.contains(is_sound), "{}: {}", word, said);
    }
}

/// What was rendered before sounds as it did, unless its key in the cache changes.
#[test]
fn whoever_changes_a_pronunciation_raises_the_version() {
    use sha2::{Digest, Sha256};
    let mut all = Sha256::new();
    for line in include_str!("../../../tests/data/terms.txt").lines().filter(|line| !line.starts_with('#')) {
        for accent in [Accent::American, Accent::British] {
            all.update(phonemes(line, accent));
        }
    }
    let digest = all.finalize().iter().take(6).fold(0u64, |hash, byte| hash << 8 | u64::from(*byte));
    assert_eq!((super::VERSION, digest), (2, 0xc002_a742_f2f7), "raise VERSION, and write the new digest here");
}
