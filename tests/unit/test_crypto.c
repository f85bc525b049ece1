/* test_crypto.c -- hashes, MACs and texts against the published vectors. */
#include "io/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check_hex(const uint8_t *data, size_t bytes, const char *expected)
{
    char hex[CRYPTO_HEX_BYTES];

    crypto_hex(data, bytes, hex);
    assert_string_equal(hex, expected);
}

/* FIPS 180-4 */
static void sha256_vectors(void **state)
{
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    uint8_t out[CRYPTO_SHA256_BYTES];

    (void)state;
    crypto_sha256("", 0, out);
    check_hex(out, sizeof out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    crypto_sha256("abc", 3, out);
    check_hex(out, sizeof out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    crypto_sha256(two_blocks, sizeof two_blocks - 1, out);
    check_hex(out, sizeof out, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void streaming_equals_one_shot(void **state)
{
    struct crypto_hash *h = crypto_hash_new();
    uint8_t once[CRYPTO_SHA256_BYTES];
    uint8_t pieces[CRYPTO_SHA256_BYTES];
    uint8_t data[1000];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    crypto_sha256(data, sizeof data, once);
    for (size_t piece = 1; piece < 200; piece += 13) {
        crypto_hash_begin(h);
        for (size_t at = 0; at < sizeof data; at += piece)
            crypto_hash_add(h, data + at, at + piece < sizeof data ? piece : sizeof data - at);
        crypto_hash_end(h, pieces);
        assert_memory_equal(once, pieces, sizeof once);
    }
    crypto_hash_begin(h); /* half a hash is forgotten */
    crypto_hash_add(h, "rubbish", 7);
    crypto_hash_begin(h);
    crypto_hash_add(h, "abc", 3);
    crypto_hash_end(h, pieces);
    crypto_sha256("abc", 3, once);
    assert_memory_equal(once, pieces, sizeof once);
    crypto_hash_free(h);
    crypto_hash_free(NULL);
}

/* RFC 4231, cases 1, 2, 3, 6 */
static void hmac_vectors(void **state)
{
    static const char question[] = "what do ya want for nothing?";
    static const char larger[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    uint8_t key[131];
    uint8_t data[50];
    uint8_t out[CRYPTO_SHA256_BYTES];

    (void)state;
    memset(key, 0x0b, 20);
    crypto_hmac_sha256(key, 20, "Hi There", 8, out);
    check_hex(out, sizeof out, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    crypto_hmac_sha256("Jefe", 4, question, sizeof question - 1, out);
    check_hex(out, sizeof out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    crypto_hmac_sha256(key, 20, data, sizeof data, out);
    check_hex(out, sizeof out, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    crypto_hmac_sha256(key, sizeof key, larger, sizeof larger - 1, out);
    check_hex(out, sizeof out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    crypto_hmac_sha256("", 0, "", 0, out); /* an empty key and text are allowed */
    check_hex(out, sizeof out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

/* RFC 7515, appendix A.1: the signature of the first example */
static void hmac_of_a_published_token(void **state)
{
    static const char key_text[] =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4"
        "hcgUuTwjAzZr1Z9CAow";
    static const char text[] =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOj"
        "EzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    uint8_t key[64];
    uint8_t mac[CRYPTO_SHA256_BYTES];
    char signature[CRYPTO_B64_BYTES];

    (void)state;
    assert_int_equal(crypto_b64_decode(key_text, sizeof key_text - 1, key, sizeof key), 64);
    crypto_hmac_sha256(key, sizeof key, text, sizeof text - 1, mac);
    assert_int_equal(crypto_b64_encode(mac, sizeof mac, signature, sizeof signature), 43);
    assert_string_equal(signature, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

/* RFC 4648, section 10, without padding; and the two digits of the URL alphabet */
static void base64url_vectors(void **state)
{
    static const char *const plain[] = {
        "", "f", "fo", "foo", "foob", "fooba", "foobar", "\xfb\xff"};
    static const char *const coded[] = {
        "", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy", "-_8"};
    char text[16];
    uint8_t bytes[16];

    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        size_t length = strlen(plain[i]);
        size_t coded_length = strlen(coded[i]);

        assert_int_equal(
            crypto_b64_encode((const uint8_t *)plain[i], length, text, sizeof text), coded_length);
        assert_string_equal(text, coded[i]);
        assert_int_equal(crypto_b64_decode(coded[i], coded_length, bytes, sizeof bytes), length);
        assert_memory_equal(bytes, plain[i], length);
    }
}

static void base64url_refuses_other_spellings(void **state)
{
    static const char *const bad[] = {"Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm9vY", "+_8", "-/8",
        "Zm 9", "Zm9v\n", "Zm.v", "Z\xc3\xa9g"};
    uint8_t bytes[16];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(crypto_b64_decode(bad[i], strlen(bad[i]), bytes, sizeof bytes), -1);
}

static void base64url_respects_the_room(void **state)
{
    char text[6];
    uint8_t bytes[3];

    (void)state;
    assert_int_equal(
        crypto_b64_encode((const uint8_t *)"foo", 3, text, 4), 0); /* no room for NUL */
    assert_int_equal(crypto_b64_encode((const uint8_t *)"foo", 3, text, 5), 4);
    assert_int_equal(crypto_b64_decode("Zm9vYg", 6, bytes, 3), -1);
    assert_int_equal(crypto_b64_decode("Zm9v", 4, bytes, 3), 3);
}

static void every_length_goes_there_and_back(void **state)
{
    uint8_t data[100];
    uint8_t back[100];
    char text[140];

    (void)state;
    crypto_random(data, sizeof data);
    for (size_t length = 0; length <= sizeof data; length++) {
        size_t coded = crypto_b64_encode(data, length, text, sizeof text);

        assert_int_equal(crypto_b64_decode(text, coded, back, sizeof back), length);
        assert_memory_equal(data, back, length);
    }
}

static void equal_and_wipe(void **state)
{
    uint8_t a[4] = {1, 2, 3, 4};
    uint8_t b[4] = {1, 2, 3, 5};
    static const uint8_t zero[4];

    (void)state;
    assert_false(crypto_equal(a, b, 4));
    assert_true(crypto_equal(a, b, 3));
    crypto_wipe(a, sizeof a);
    assert_memory_equal(a, zero, sizeof a);
}

static void random_bytes_differ(void **state)
{
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};

    (void)state;
    crypto_random(a, sizeof a);
    crypto_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void random_below_stays_below_and_reaches_all(void **state)
{
    int seen[7] = {0};

    (void)state;
    for (int i = 0; i < 7000; i++) {
        uint64_t n = crypto_random_below(7);

        assert_in_range(n, 0, 6);
        seen[n]++;
    }
    for (int i = 0; i < 7; i++) /* 1,000 each; 12 standard deviations are 351 */
        assert_in_range(seen[i], 650, 1350);
    assert_int_equal(crypto_random_below(1), 0);
    assert_int_equal(crypto_random_below(0), 0);
    for (int i = 0; i < 100; i++)
        assert_true(crypto_random_below((1ull << 63) + 1) <= 1ull << 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_vectors),
        cmocka_unit_test(streaming_equals_one_shot),
        cmocka_unit_test(hmac_vectors),
        cmocka_unit_test(hmac_of_a_published_token),
        cmocka_unit_test(base64url_vectors),
        cmocka_unit_test(base64url_refuses_other_spellings),
        cmocka_unit_test(base64url_respects_the_room),
        cmocka_unit_test(every_length_goes_there_and_back),
        cmocka_unit_test(equal_and_wipe),
        cmocka_unit_test(random_bytes_differ),
        cmocka_unit_test(random_below_stays_below_and_reaches_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
