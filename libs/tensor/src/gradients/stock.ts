/**
 * The gradient functions that come with tfjs. tfjs-core ships them only as ES modules that Node cannot resolve; loading the
 * umbrella package is what registers them from CommonJS.
 */
import '@tensorflow/tfjs';
