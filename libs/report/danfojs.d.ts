// The bundle of danfo.js, to the compiler.
export { DataFrame } from 'danfojs-node';
