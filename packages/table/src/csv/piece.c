// Reads records of plain decimals out of CSV bytes, as the loop of piece.ts does. A record with anything else (a quote where a number is
// wanted, an exponent, another width) is left to that loop.
typedef unsigned char u8;
typedef int i32;
typedef unsigned long long u64;
typedef long long i64;

static const double powers[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double product_error(double product, double a, double b) {
  double scaled = a * 134217729.0;
  double a_head = scaled - (scaled - a), a_tail = a - a_head;
  scaled = b * 134217729.0;
  double b_head = scaled - (scaled - b), b_tail = b - b_head;
  return a_head * b_head - product + a_head * b_tail + a_tail * b_head + a_tail * b_tail;
}

// See decimal.ts; NaN where this way cannot tell.
static double decimal(u64 whole, i32 digits, i32 scale) {
  if (scale > 22) return __builtin_nan("");
  if (digits <= 15) return (double)whole / powers[scale];
  double head = (double)whole;
  double tail = (double)((i64)whole - (i64)head);
  double divisor = powers[scale];
  double quotient = head / divisor;
  double back = quotient * divisor;
  double correction = (head - back - product_error(back, quotient, divisor) + tail) / divisor;
  double bound = quotient * 0x1p-100;
  double value = quotient + (correction - bound);
  return value == quotient + (correction + bound) ? value : __builtin_nan("");
}

static inline u64 load(const u8 *at) {
  u64 value;
  __builtin_memcpy(&value, at, 8);
  return value;
}

// Eight digits at once (Lemire).
static inline i32 are_digits(u64 value) {
  return ((value & 0xF0F0F0F0F0F0F0F0ull) | (((value + 0x0606060606060606ull) & 0xF0F0F0F0F0F0F0F0ull) >> 4)) ==
         0x3333333333333333ull;
}
static inline u64 eight(u64 value) {
  value = (value & 0x0F0F0F0F0F0F0F0Full) * 2561 >> 8;
  value = (value & 0x00FF00FF00FF00FFull) * 6553601 >> 16;
  return (value & 0x0000FFFF0000FFFFull) * 42949672960001ull >> 32;
}

// Where the bytes, which end in a line feed and at least eight bytes of anything, are read from and how many rows there are: both in and out.
typedef struct {
  i32 at, rows;
} State;

void read_records(State *state, const u8 *bytes, i32 length, i32 delimiter, i32 width, const i32 *targets,
                  const i32 *kept_places, i32 kept_width, double *numbers, i32 number_count, i32 *kept_at) {
  i32 at = state->at, rows = state->rows;
  while (at < length) {
    i32 record = at;
    double *to = numbers + (u64)rows * number_count;
    i32 *kept = kept_at + (u64)rows * kept_width;
    for (i32 column = 0;; column++) {
      if (column == width) goto odd;
      i32 start = at, target = targets[column];
      u8 byte = bytes[at];
      if (target >= 0) {
        i32 negative = byte == '-';
        at += negative;
        i32 first = at;
        while (bytes[at] == '0') at++;
        u64 whole = 0;
        i32 begin = at;
        while ((u8)(bytes[at] - '0') <= 9 && at - begin < 19) whole = whole * 10 + (bytes[at++] - '0');
        i32 digits = at - begin, seen = at - first, scale = 0;
        if (bytes[at] == '.') {
          i32 behind = ++at;
          if (digits == 0)
            while (bytes[at] == '0') at++;
          begin = at;
          u64 next = load(bytes + at);
          while (digits + (at - begin) <= 10 && are_digits(next)) {
            whole = whole * 100000000 + eight(next);
            at += 8;
            next = load(bytes + at);
          }
          while ((u8)(bytes[at] - '0') <= 9 && digits + (at - begin) < 19) whole = whole * 10 + (bytes[at++] - '0');
          digits += at - begin;
          scale = at - behind;
          seen += scale;
        }
        byte = bytes[at];
        double value = __builtin_nan("");
        if (seen > 0) {
          if (digits > 18) goto odd;
          value = decimal(whole, digits, scale);
          if (value != value) goto odd;
        } else if (at != start)
          goto odd;
        if (byte != delimiter && byte != '\n' && byte != '\r') goto odd;
        to[target] = negative ? -value : value;
      } else {
        if (byte == '"') goto odd;
        while (byte != delimiter && byte != '\n' && byte != '\r') {
          if (byte == 0) goto odd;
          byte = bytes[++at];
        }
      }
      if (kept_width > 0 && kept_places[column] >= 0) {
        kept[kept_places[column] * 2] = start;
        kept[kept_places[column] * 2 + 1] = at;
      }
      at++;
      if (byte == delimiter) continue;
      if (column != width - 1) goto odd;
      if (byte == '\r' && at < length && bytes[at] == '\n') at++;
      break;
    }
    rows++;
    continue;
  odd:
    at = record;
    break;
  }
  state->at = at;
  state->rows = rows;
}
