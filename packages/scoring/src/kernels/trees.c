/*
 * Walks ensembles of trees. One program for every model: the model is data that lies in the same memory, at addresses counted
 * from `memory`, which is 0 in WebAssembly. The bench builds this file for the machine itself and gives it the same bytes.
 *
 * A node sends a row to the right where !(value <= threshold), which NaN does too. Both children lie side by side, and a leaf is
 * its own right child with a threshold of NaN: a walk has no branch that depends on the row, and eight of them take turns, so
 * that one waits for memory while the others compute. Rows lie eight abreast: value v of lane l is at (v * 8 + l) * 8.
 */
#include "ensemble.h"

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
