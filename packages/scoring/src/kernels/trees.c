/*
 * Walks ensembles of trees. One program for every model: the model is data that lies in the same memory, at addresses counted
 * from `memory`, which is 0 in WebAssembly. The bench builds this file for the machine itself and gives it the same bytes.
 *
 * A node sends a row to the right where !(value <= threshold), which NaN does too. Both children lie side by side, and a leaf is
 * its own right child with a threshold of NaN: a walk has no branch that depends on the row, and eight of them take turns, so
 * that one waits for memory while the others compute. Rows lie eight abreast: value v of lane l is at (v * 8 + l) * 8.
 */
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
  /* At most so many rows a call, a multiple of eight. */
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

/* Writes one row into a lane, in every form that nodes ask for; tells whether a value is none that the model takes. */
INLINE int takeRow(const Ensemble *e, const double *row, double *lane) {
  int refused = 0;
  const int columns = e->columns;
  const int rounds = e->rounds, taken = e->taken;
  for (int c = 0; c < e->copies; c++) {
    const int form = e->copy[c];
    double *to = lane + c * columns * LANES;
    if (form == AS_IS && !rounds)
      for (int i = 0; i < columns; i++) {
        refused |= isRefused(row[i], taken);
        to[i * LANES] = row[i];
      }
    else
      for (int i = 0; i < columns; i++) {
        const double value = rounds ? (double)(float)row[i] : row[i];
        refused |= isRefused(value, taken);
        to[i * LANES] = inForm(value, form, e->categoriesAreBytes);
      }
  }
  return refused;
}

INLINE address next(address at, address lane, int hasCategories) {
  const Node *node = AT(Node, at);
  const address right = node->right;
  if (hasCategories && (right & 1)) {
    const unsigned *set = (const unsigned *)&node->threshold;
    const unsigned category = *AT(unsigned, lane + node->value);
    const unsigned isIn = category < set[1] ? AT(unsigned, set[0])[category >> 5] >> (category & 31) & 1 : 0;
    return (right & ~15u) - ((isIn ^ (right >> 1 & 1)) << 4);
  }
  return right - ((address)(*AT(double, lane + node->value) <= node->threshold) << 4);
}

INLINE unsigned leafAt(address at) { return *AT(unsigned, at); }

/* Eight walks at once, from `at`; `apart` is how far their rows lie from each other. */
INLINE void walk(address *at, address rows, int apart, int steps, int isUneven, int hasCategories) {
#define EACH(STATEMENT) \
  { enum { l = 0 }; STATEMENT } { enum { l = 1 }; STATEMENT } { enum { l = 2 }; STATEMENT } { enum { l = 3 }; STATEMENT } \
  { enum { l = 4 }; STATEMENT } { enum { l = 5 }; STATEMENT } { enum { l = 6 }; STATEMENT } { enum { l = 7 }; STATEMENT }
#define STEP(l) at[l] = next(at[l], rows + l * apart, hasCategories);
  for (; steps > 0; steps--) { EACH(STEP(l)) }
  if (!isUneven) return;
  for (;;) {
    EACH(STEP(l))
    address moved = 0;
    EACH(const address before = at[l]; STEP(l) moved |= before ^ at[l];)
    if (moved == 0) return;
  }
}

INLINE double added(double sum, double value, int areSingle) {
  return areSingle ? (double)(float)(sum + value) : sum + value;
}

INLINE void addLeaf(double *sums, const double *values, unsigned leaf, int width, int areSingle) {
  if (width == 1) sums[0] = added(sums[0], values[leaf], areSingle);
  else
    for (int i = 0; i < width; i++) sums[i] = added(sums[i], values[leaf * width + i], areSingle);
}

INLINE void walkBatch(const Ensemble *e, int groups, int hasCategories) {
  const Tree *trees = AT(Tree, e->tree);
  const double *values = AT(double, e->values);
  const int outputs = e->outputs, width = e->width, areSingle = e->sumsAreSingle;
  const address size = e->copies * e->columns * LANES * sizeof(double);
  for (int t = 0; t < e->trees; t++) {
    const Tree tree = trees[t];
    address rows = e->lanes;
    double *sums = AT(double, e->sums) + tree.output;
    for (int g = 0; g < groups; g++, rows += size, sums += LANES * outputs) {
      address at[LANES];
      EACH(at[l] = tree.root;)
      walk(at, rows, sizeof(double), tree.steps, tree.isUneven, hasCategories);
      EACH(addLeaf(sums + l * outputs, values, leafAt(at[l]), width, areSingle);)
    }
  }
}

/* Adds the leaves' values to the sums of so many rows. Returns 1 where a row holds what the model does not take. */
EXPORT(addBatch) int addBatch(address ensemble, int rows) {
  const Ensemble *e = AT(Ensemble, ensemble);
  const double *row = AT(double, e->rows);
  double *lanes = AT(double, e->lanes);
  const int size = e->copies * e->columns * LANES;
  for (int r = 0; r < rows; r++)
    if (takeRow(e, row + r * e->columns, lanes + r / LANES * size + r % LANES)) return 1;
  const int groups = (rows + LANES - 1) / LANES;
  if (e->hasCategories) walkBatch(e, groups, 1);
  else walkBatch(e, groups, 0);
  return 0;
}

INLINE void walkOne(const Ensemble *e, int hasCategories) {
  unsigned *leaves = AT(unsigned, e->leaves);
  const Tree *all = AT(Tree, e->tree);
  const unsigned *order = AT(unsigned, e->byDepth);
  for (int t = 0; t < e->trees; t += LANES) {
    address at[LANES];
    EACH(at[l] = all[order[t + l]].root;)
    /* The deepest is the last, and each tree that is uneven takes fewer steps unasked than it is deep. */
    const Tree deepest = all[order[t + LANES - 1]];
    walk(at, e->lanes, 0, deepest.steps, deepest.isUneven, hasCategories);
    EACH(leaves[order[t + l]] = leafAt(at[l]);)
  }
}

/* The same for one row. */
EXPORT(addOne) int addOne(address ensemble) {
  const Ensemble *e = AT(Ensemble, ensemble);
  if (takeRow(e, AT(double, e->rows), AT(double, e->lanes))) return 1;
  if (e->hasCategories) walkOne(e, 1);
  else walkOne(e, 0);
  const unsigned *leaves = AT(unsigned, e->leaves);
  const Tree *trees = AT(Tree, e->tree);
  const double *values = AT(double, e->values);
  double *sums = AT(double, e->sums);
  const int count = e->trees, width = e->width, areSingle = e->sumsAreSingle;
  if (e->outputs > 1 || count == 0)
    for (int t = 0; t < count; t++) addLeaf(sums + trees[t].output, values, leaves[t], width, areSingle);
  else if (areSingle) {
    /* Leaves hold float32; where the sums start with more, the first addition rounds them. */
    float sum = (float)(sums[0] + values[leaves[0]]);
    for (int t = 1; t < count; t++) sum += (float)values[leaves[t]];
    sums[0] = sum;
  } else {
    double sum = sums[0];
    for (int t = 0; t < count; t++) sum += values[leaves[t]];
    sums[0] = sum;
  }
  return 0;
}
