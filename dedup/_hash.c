/* Hash: XXH3 of 64 bits, seed 0 (Yann Collet's specification, xxHash 0.8), and of the shingles of a text.

   The package xxhash computes the same. */

#include "_engine.h"

/* ---- The hash ---- */

static const uint64_t P1 = 0x9E3779B185EBCA87u, P2 = 0xC2B2AE3D27D4EB4Fu, P3 = 0x165667B19E3779F9u,
                      P4 = 0x85EBCA77C2B2AE63u, P5 = 0x27D4EB2F165667C5u, Q1 = 0x9E3779B1u, Q2 = 0x85EBCA77u,
                      Q3 = 0xC2B2AE3Du;

enum { SECRET = 192, STRIPE = 64, SHIFT = 8, STRIPES = (SECRET - STRIPE) / SHIFT };

/* The secret that the specification gives for everybody. */
static const uint8_t secret[SECRET] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};

static inline uint64_t rotated(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

/* Little-endian loads, whatever the machine; compilers make one instruction of each. */
static inline uint32_t load32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t reversed(uint64_t x)
{
    x = (x & 0x00FF00FF00FF00FFu) << 8 | (x >> 8 & 0x00FF00FF00FF00FFu);
    x = (x & 0x0000FFFF0000FFFFu) << 16 | (x >> 16 & 0x0000FFFF0000FFFFu);
    return x << 32 | x >> 32;
}

/* 16 bytes, with as many of the secret. */
static inline uint64_t mixed(const uint8_t *p, int at)
{
    return folded_product(load64(p) ^ load64(secret + at), load64(p + 8) ^ load64(secret + at + 8));
}

static inline uint64_t finished(uint64_t x)
{
    x = (x ^ x >> 37) * 0x165667919E3779F9u;
    return x ^ x >> 32;
}

static inline uint64_t finished_short(uint64_t x)
{
    x = (x ^ x >> 33) * P2;
    x = (x ^ x >> 29) * P3;
    return x ^ x >> 32;
}

/* Up to 16 bytes. */
static uint64_t hash_word(const uint8_t *p, size_t length)
{
    if (length > 8) {
        uint64_t low = load64(p) ^ load64(secret + 24) ^ load64(secret + 32);
        uint64_t high = load64(p + length - 8) ^ load64(secret + 40) ^ load64(secret + 48);
        return finished(length + reversed(low) + high + folded_product(low, high));
    }
    if (length > 3) {
        uint64_t both = load32(p + length - 4) + ((uint64_t)load32(p) << 32);
        uint64_t x = both ^ load64(secret + 8) ^ load64(secret + 16);
        x = (x ^ rotated(x, 49) ^ rotated(x, 24)) * 0x9FB21C651E98DF25u;
        x = (x ^ ((x >> 35) + length)) * 0x9FB21C651E98DF25u;
        return x ^ x >> 28;
    }
    if (length > 0) {
        uint32_t some = (uint32_t)p[0] << 16 | (uint32_t)p[length >> 1] << 24 | p[length - 1] | (uint32_t)length << 8;
        return finished_short(some ^ (uint64_t)(load32(secret) ^ load32(secret + 4)));
    }
    return finished_short(load64(secret + 56) ^ load64(secret + 64));
}

/* 17 to 128 bytes. */
static inline uint64_t hash_run(const uint8_t *p, size_t length)
{
    uint64_t sum = length * P1;
    for (int n = (int)(length - 1) / 32; n >= 0; n--)
        sum += mixed(p + 16 * n, 32 * n) + mixed(p + length - 16 * (n + 1), 32 * n + 16);
    return finished(sum);
}

/* 129 to 240 bytes. */
static uint64_t hash_line(const uint8_t *p, size_t length)
{
    uint64_t sum = length * P1;
    for (int n = 0; n < 8; n++)
        sum += mixed(p + 16 * n, 16 * n);
    sum = finished(sum);
    for (int n = 8; n < (int)length / 16; n++)
        sum += mixed(p + 16 * n, 16 * (n - 8) + 3);
    return finished(sum + mixed(p + length - 16, 136 - 17));
}

static inline void add_stripe(uint64_t *lanes, const uint8_t *p, const uint8_t *with)
{
    for (int i = 0; i < 8; i++) {
        uint64_t value = load64(p + 8 * i), key = value ^ load64(with + 8 * i);
        lanes[i ^ 1] += value;
        lanes[i] += (key & 0xFFFFFFFF) * (key >> 32);
    }
}

/* More than 240 bytes: stripes of 64 to eight lanes, which are scrambled after every sixteen. */
static uint64_t hash_text(const uint8_t *p, size_t length)
{
    uint64_t lanes[8] = {Q3, P1, P2, P3, P4, Q2, P5, Q1};
    size_t stripes = (length - 1) / STRIPE;
    for (size_t n = 0; n < stripes; n++) {
        add_stripe(lanes, p + STRIPE * n, secret + SHIFT * (n % STRIPES));
        for (int i = 0; n % STRIPES == STRIPES - 1 && i < 8; i++)
            lanes[i] = (lanes[i] ^ lanes[i] >> 47 ^ load64(secret + SECRET - STRIPE + 8 * i)) * Q1;
    }
    add_stripe(lanes, p + length - STRIPE, secret + SECRET - STRIPE - 7);
    uint64_t sum = length * P1;
    for (int i = 0; i < 4; i++)
        sum += folded_product(lanes[2 * i] ^ load64(secret + 11 + 16 * i), lanes[2 * i + 1] ^ load64(secret + 19 + 16 * i));
    return finished(sum);
}

uint64_t dedup_xxh3(const uint8_t *p, size_t length)
{
    return length <= 16 ? hash_word(p, length) : length <= 128 ? hash_run(p, length)
         : length <= 240 ? hash_line(p, length) : hash_text(p, length);
}

/* ---- Shingles ---- */

/* Five English words have some 32 bytes, sometimes more and sometimes less: the processor cannot guess which, so runs
   of 17 to 64 take the steps of both, and those that a run does not have are undone by a mask. */
void dedup_hash_shingles(const uint8_t *folded, const int64_t *bounds, Py_ssize_t words, Py_ssize_t k, uint64_t *out)
{
    for (Py_ssize_t i = 0; i + k <= words; i++) {
        const uint8_t *p = folded + bounds[i];
        size_t length = (size_t)(bounds[i + k] - bounds[i] - 1);
        if (length - 17 > 64 - 17) {
            out[i] = dedup_xxh3(p, length);
            continue;
        }
        size_t more = length > 32, step = 16 * more;
        uint64_t sum = length * P1 + mixed(p, 0) + mixed(p + length - 16, 16);
        sum += (mixed(p + step, 32) + mixed(p + length - 16 - step, 48)) & (0 - (uint64_t)more);
        out[i] = finished(sum);
    }
}
