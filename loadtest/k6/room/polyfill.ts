/** k6 has no `FinalizationRegistry`, and the schema library makes one when it loads; nothing here relies on it. */
const known = globalThis as { FinalizationRegistry?: unknown };
known.FinalizationRegistry ??= class {
  register(): void {}
  unregister(): void {}
};
