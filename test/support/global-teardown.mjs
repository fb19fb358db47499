export default async () => globalThis.stopPostgres?.();
