/*
 * Weighted sums of rows that lie as they were given. The even and the odd columns of a row are added apart, each from zero in their
 * order, then both and the intercept: so goes the plain loop too, which has the same bits. Four rows go side by side.
 */
typedef unsigned int address;
typedef double Two __attribute__((vector_size(16)));
/* Rows of an odd width do not begin on 16 bytes. */
typedef double AnyTwo __attribute__((vector_size(16), aligned(8)));

#define AT(type, at) ((type *)(at))
#define EXPORT(name) __attribute__((export_name(#name)))

static inline __attribute__((always_inline)) void sumsOf(
    const double *row, int rows, int columns, const double *weights, double intercept, double *to, int outputs) {
  Two sums[4] = {{0}, {0}, {0}, {0}};
  const int even = columns & ~1;
  for (int i = 0; i < even; i += 2) {
    const Two weight = *(const AnyTwo *)(weights + i);
#define ADD(r) if (r < rows) sums[r] += *(const AnyTwo *)(row + r * columns + i) * weight;
    ADD(0) ADD(1) ADD(2) ADD(3)
  }
#define STORE(r) if (r < rows) { \
    double first = sums[r][0]; \
    if (even < columns) first += row[r * columns + even] * weights[even]; \
    to[r * outputs] = first + sums[r][1] + intercept; \
  }
  STORE(0) STORE(1) STORE(2) STORE(3)
}

EXPORT(weightedRows)
void weightedRows(address from, int rows, int columns, address weights, int outputs, address intercepts, address to) {
  const double *row = AT(double, from), *added = AT(double, intercepts);
  double *out = AT(double, to);
  for (; rows > 0; rows -= 4, row += 4 * columns, out += 4 * outputs)
    for (int k = 0; k < outputs; k++) {
      const double *weight = AT(double, weights) + k * columns;
      if (rows >= 4) sumsOf(row, 4, columns, weight, added[k], out + k, outputs);
      else
        for (int r = 0; r < rows; r++)
          sumsOf(row + r * columns, 1, columns, weight, added[k], out + r * outputs + k, outputs);
    }
}
