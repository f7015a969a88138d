export default {
  testMatch: ["<rootDir>/jest/*.test.ts"],
  globalSetup: "<rootDir>/jest/start.js",
  globalTeardown: "<rootDir>/jest/stop.js",
  // @elizaos/api-client is an ES module, so the tests are too; without it this is not needed.
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: { "\\.ts$": ["ts-jest", { useESM: true }] },
};
