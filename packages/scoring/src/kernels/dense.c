/*
 * Sums of products, and of squares of differences, of eight rows with many others. Rows lie eight abreast as in trees.c, the
 * others two abreast: value v of the second of a pair is at (v * 2 + 1) * 8 of the pair. Each sum begins with zero and adds its
 * terms in their order, so that it has the bits of the plain loop; it is the eight rows and the two others that go side by side.
 */
typedef unsigned int address;
typedef double Two __attribute__((vector_size(16)));

#define AT(type, at) ((type *)(at))
#define EXPORT(name) __attribute__((export_name(#name)))

enum { LANES = 8 };

/* Turns so many rows eight abreast; returns 1 where a number is not finite. */
EXPORT(takeRows) int takeRows(address from, int rows, int columns, address to) {
  const double *row = AT(double, from);
  int refused = 0;
  for (int r = 0; r < rows; r++, row += columns) {
    double *lane = AT(double, to) + r / LANES * LANES * columns + r % LANES;
    for (int i = 0; i < columns; i++) {
      refused |= !(row[i] - row[i] == 0);
      lane[i * LANES] = row[i];
    }
  }
  return refused;
}

static inline __attribute__((always_inline)) Two greater(Two value, Two other) {
  return __builtin_wasm_max_f64x2(value, other);
}

static inline __attribute__((always_inline)) void pairsOf(
    const Two *lanes, int columns, const double *others, Two *to, int areSquares, const double *added, int isRectified) {
  Two a0 = {0}, a1 = {0}, a2 = {0}, a3 = {0}, b0 = {0}, b1 = {0}, b2 = {0}, b3 = {0};
  for (int i = 0; i < columns; i++, lanes += 4, others += 2) {
    const Two a = {others[0], others[0]}, b = {others[1], others[1]};
    const Two x0 = lanes[0], x1 = lanes[1], x2 = lanes[2], x3 = lanes[3];
#define ADD(sum, x, y) { const Two d = areSquares ? x - y : x; sum += areSquares ? d * d : d * y; }
    ADD(a0, x0, a) ADD(a1, x1, a) ADD(a2, x2, a) ADD(a3, x3, a)
    ADD(b0, x0, b) ADD(b1, x1, b) ADD(b2, x2, b) ADD(b3, x3, b)
  }
  if (added) {
    const Two a = {added[0], added[0]}, b = {added[1], added[1]}, zero = {0};
    a0 += a; a1 += a; a2 += a; a3 += a;
    b0 += b; b1 += b; b2 += b; b3 += b;
    if (isRectified) {
      a0 = greater(a0, zero); a1 = greater(a1, zero); a2 = greater(a2, zero); a3 = greater(a3, zero);
      b0 = greater(b0, zero); b1 = greater(b1, zero); b2 = greater(b2, zero); b3 = greater(b3, zero);
    }
  }
  to[0] = a0; to[1] = a1; to[2] = a2; to[3] = a3;
  to[4] = b0; to[5] = b1; to[6] = b2; to[7] = b3;
}

/* The sums of eight rows with so many pairs of others: `to` has a row for each of the eight. */
static inline __attribute__((always_inline)) void rowsOf(
    address lanes, int columns, address others, int pairs, address to, int areSquares) {
  const double *other = AT(double, others);
  for (int p = 0; p < pairs; p++, other += columns * 2) {
    Two sums[LANES];
    pairsOf(AT(Two, lanes), columns, other, sums, areSquares, 0, 0);
#define STORE(l) \
  AT(Two, to)[(2 * l) * pairs + p] = (Two){sums[l][0], sums[4 + l][0]}; \
  AT(Two, to)[(2 * l + 1) * pairs + p] = (Two){sums[l][1], sums[4 + l][1]};
    STORE(0) STORE(1) STORE(2) STORE(3)
  }
}

EXPORT(squares) void squares(address lanes, int columns, address others, int pairs, address to) {
  rowsOf(lanes, columns, others, pairs, to, 1);
}

EXPORT(products) void products(address lanes, int columns, address others, int pairs, address to) {
  rowsOf(lanes, columns, others, pairs, to, 0);
}

/* In the place of products: the square of the distance by that of the row and those of the others. */
EXPORT(distances) void distances(address products, int pairs, double square, address squares) {
  Two *product = AT(Two, products);
  const Two *other = AT(Two, squares), own = {square, square}, zero = {0};
  for (int p = 0; p < pairs; p++) product[p] = greater(-2 * product[p] + own + other[p], zero);
}

/* One layer of a network: products, to which something is added; the larger of that and zero where it is rectified. */
EXPORT(layer) void layer(address lanes, int columns, address others, int pairs, address added, int isRectified, address to) {
  const double *other = AT(double, others), *add = AT(double, added);
  for (int p = 0; p < pairs; p++)
    pairsOf(AT(Two, lanes), columns, other + p * columns * 2, AT(Two, to) + p * LANES, 0, add + p * 2, isRectified);
}

typedef float Four __attribute__((vector_size(16)));

/* As takeRows, in float32. */
EXPORT(takeNearRows) void takeNearRows(address from, int rows, int columns, address to) {
  const double *row = AT(double, from);
  for (int r = 0; r < rows; r++, row += columns) {
    float *lane = AT(float, to) + r;
    for (int i = 0; i < columns; i++) lane[i * LANES] = (float)row[i];
  }
}

/*
 * In float32, for eight rows and groups of four others that lie abreast: the square of the other less twice its product with the
 * row, which orders others by their distance as far as float32 can tell. `to` has a row for each of the eight.
 */
EXPORT(nearness) void nearness(address lanes, int columns, address others, int groups, address squares, address to) {
  const Four *other = AT(Four, others), *square = AT(Four, squares);
  Four *out = AT(Four, to);
  for (int g = 0; g < groups; g++, other += columns) {
    const float *lane = AT(float, lanes);
    Four sums[LANES] = {{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}};
    for (int i = 0; i < columns; i++, lane += LANES) {
      const Four y = other[i];
#define NEAR(l) { const Four x = {lane[l], lane[l], lane[l], lane[l]}; sums[l] += x * y; }
      NEAR(0) NEAR(1) NEAR(2) NEAR(3) NEAR(4) NEAR(5) NEAR(6) NEAR(7)
    }
    for (int l = 0; l < LANES; l++) out[l * groups + g] = square[g] - 2 * sums[l];
  }
}

/* The first of so many groups of four, from `at` on, where not all values reach the limit. */
EXPORT(nextNear) int nextNear(address values, int at, int groups, float limit) {
  const Four *value = AT(Four, values), least = {limit, limit, limit, limit};
  for (; at < groups; at++)
    if (!__builtin_wasm_all_true_i32x4(value[at] >= least)) return at;
  return groups;
}
