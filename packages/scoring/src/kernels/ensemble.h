/* What the kernels of tree ensembles find in memory, at addresses counted from `memory`, which is 0 in WebAssembly. */
#pragma once

typedef unsigned int address;
typedef unsigned char byte;

#ifdef __wasm__
#define AT(type, at) ((type *)(at))
#define EXPORT(name) __attribute__((export_name(#name)))
#else
byte *memory;
#define AT(type, at) ((type *)(memory + (at)))
#define EXPORT(name)
#endif
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 8 };

typedef struct {
  /* Of a leaf NaN, whose low word is the number of the leaf; of a category the address of its words and how many bits they have. */
  double threshold;
  /* Of what it asks for, in bytes from the beginning of the rows. */
  address value;
  /* The right child; the left lies before it. The lowest bits of a node that asks for a category: 1, and 2 if its set goes right. */
  address right;
} Node;

typedef struct {
  address root;
  /* So many steps are taken unasked; then, unless that is the depth, until every lane has come to a leaf. */
  int steps;
  int isUneven;
  /* To which of a row's sums it adds. */
  int output;
} Tree;

/* In what form nodes find the values of a row. */
enum { AS_IS, MISSING_IS_LEAST, MISSING_IS_ZERO, ZERO_IS_MISSING, ZERO_AND_MISSING_ARE_LEAST, CATEGORY };
enum { FINITE, FINITE_OR_MISSING, ANY };

typedef struct {
  /* At most so many rows a call, a multiple of eight, or of 64 for a QuickScorer. */
  int block;
  int columns;
  int rounds;
  int taken;
  int categoriesAreBytes;
  int copies;
  int copy[6];
  int trees;
  int outputs;
  int width;
  int hasCategories;
  int sumsAreSingle;
  address tree;
  /* Trees in the order of their depth, in which single rows walk them: padded to whole eights with the empty tree. */
  address byDepth;
  /* width numbers a leaf. */
  address values;
  address rows;
  address lanes;
  address sums;
  /* One a tree: the leaves of a single row. */
  address leaves;
  /* A QuickScorer, which takes the batches; 0 where they are walked. */
  address quick;
} Ensemble;

INLINE double asCategory(double value, int areBytes) {
  union { double number; struct { unsigned low, high; } words; } result = {0};
  const double whole = __builtin_trunc(value);
  double category = whole;
  if (areBytes) category = value < 0 ? -1 : whole - 256 * __builtin_floor(whole / 256);
  result.words.low = value != value ? 0 : category >= 0 && category < 0x7fffffff ? (unsigned)category + 1 : 0xffffffff;
  return result.number;
}

/* What LightGBM takes as zero, a float32. */
static const double zeroBound = 1e-35f;

INLINE double inForm(double value, int form, int areBytes) {
  const int isMissing = value != value;
  const int isZero = __builtin_fabs(value) <= zeroBound;
  switch (form) {
    case MISSING_IS_LEAST: return isMissing ? -__builtin_inf() : value;
    case MISSING_IS_ZERO: return isMissing ? 0 : value;
    case ZERO_IS_MISSING: return isZero ? __builtin_nan("") : value;
    case ZERO_AND_MISSING_ARE_LEAST: return isMissing || isZero ? -__builtin_inf() : value;
    case CATEGORY: return asCategory(value, areBytes);
    default: return value;
  }
}

INLINE int isRefused(double value, int taken) {
  return taken != ANY && !(value - value == 0) && !(taken == FINITE_OR_MISSING && value != value);
}

INLINE double added(double sum, double value, int areSingle) {
  return areSingle ? (double)(float)(sum + value) : sum + value;
}

INLINE void addLeaf(double *sums, const double *values, unsigned leaf, int width, int areSingle) {
  if (width == 1) sums[0] = added(sums[0], values[leaf], areSingle);
  else
    for (int i = 0; i < width; i++) sums[i] = added(sums[i], values[leaf * width + i], areSingle);
}
