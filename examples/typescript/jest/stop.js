/** Stops it. */
export default () => globalThis.understudy.close();
