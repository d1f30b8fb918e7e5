// On a busy machine a run takes its time.
export default { test: { include: ['test/**/*.test.ts'], testTimeout: 600_000 } };
