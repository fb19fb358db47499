import './typescript.mjs';

export default async () => {
  const { startForTests } = await import(new URL('./postgres-for-tests.ts', import.meta.url).href);
  await startForTests();
};
