/* attack_issuer.h -- an outside identity provider with an RSA key, whose private half is gone: what it signs, nobody can.
 */
#pragma once

#define ATTACK_ISSUER "https://id.example.org"
#define ATTACK_ISSUER_KID "outside-rsa"
#define ATTACK_ISSUER_PEM                                                \
    "-----BEGIN PUBLIC KEY-----\n"                                       \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqPfHHEk5wKSK+gzwlyCv\n" \
    "xr5YRF7y19+/i5YIuOTMrMy1TpEmNpUuCLQbx258SXjfUrw8bXLjqvtwSazgbSjF\n" \
    "oYpL+HwpVNJtxDdnoSGrUcwtckjglCSrYBVSzoyaTE379mb5gWfkqPWIsA9+FW9A\n" \
    "gyr29Tqw2mdqZaHAyg2hZ1u11pQ0YN9/iJpCQ5vVLAI2hT3qXX7fKt2Rl2YPrZ4x\n" \
    "qqZJnbs+57NEeWPVHco6h4vTImxkaHbKpT2eKv61D+XSyDUu5Iy8bm4snqgp5tXM\n" \
    "+CH3TgwXxuSb1Yi065a+UMbw2SNnCQJJ3bOBf2eTsPRvA/ZIsSTcHTV4JBsYYXEu\n" \
    "NwIDAQAB\n"                                                         \
    "-----END PUBLIC KEY-----\n"
#define ATTACK_ISSUER_N                                                                \
    "qPfHHEk5wKSK-gzwlyCvxr5YRF7y19-_i5YIuOTMrMy1TpEmNpUuCLQbx258SXjfUrw8bXLjqvtwSazg" \
    "bSjFoYpL-HwpVNJtxDdnoSGrUcwtckjglCSrYBVSzoyaTE379mb5gWfkqPWIsA9-FW9Agyr29Tqw2mdq" \
    "ZaHAyg2hZ1u11pQ0YN9_iJpCQ5vVLAI2hT3qXX7fKt2Rl2YPrZ4xqqZJnbs-57NEeWPVHco6h4vTImxk" \
    "aHbKpT2eKv61D-XSyDUu5Iy8bm4snqgp5tXM-CH3TgwXxuSb1Yi065a-UMbw2SNnCQJJ3bOBf2eTsPRv" \
    "A_ZIsSTcHTV4JBsYYXEuNw"
#define ATTACK_ISSUER_JWKS                                                       \
    "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":\"" ATTACK_ISSUER_KID \
    "\",\"e\":\"AQAB\","                                                         \
    "\"n\":\"" ATTACK_ISSUER_N "\"}]}"
#define ATTACK_ISSUER_FILE                                                      \
    "{\"issuers\":[{\"issuer\":\"" ATTACK_ISSUER "\",\"audience\":\"clubhub\"," \
    "\"jwks_file\":\"outside.jwks\"}]}"
