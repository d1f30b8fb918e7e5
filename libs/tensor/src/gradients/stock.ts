/**
 * The gradient functions that come with tfjs. tfjs-core ships them only as ES modules that Node cannot resolve; `bundle.cjs` makes one file of them when this
 * library is built.
 */
import '#stock-gradients';
