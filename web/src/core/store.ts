// What is kept on this device: in IndexedDB, durably before whatever depends on it goes on.

import { refused } from "./failure";

/** By computation the analyst's journal; by computation and invitation receipts with the party's key, and drafts. */
export type Shelf = "receipts" | "journal" | "drafts";

export interface Store {
  get<T>(shelf: Shelf, key: string): Promise<T | undefined>;
  put(shelf: Shelf, key: string, value: unknown): Promise<void>;
  remove(shelf: Shelf, key: string): Promise<void>;
  /** Reads and decides in one go; nobody else writes in between. `undefined` changes nothing. */
  decide<T>(shelf: Shelf, key: string, next: (kept: T | undefined) => T | undefined): Promise<void>;
}

const NAME = "web-mpc";
const VERSION = 1;
const SHELVES: Shelf[] = ["receipts", "journal", "drafts"];

/** The browser's store. It is opened when it is first needed. */
export function browserStore(): Store {
  let opened: Promise<IDBDatabase> | undefined;
  const open = () => (opened ??= openDatabase());
  return {
    get: async (shelf, key) => run(await open(), shelf, "readonly", (kept) => kept.get(key)),
    put: async (shelf, key, value) => {
      await run(await open(), shelf, "readwrite", (kept) => kept.put(value, key));
    },
    remove: async (shelf, key) => {
      await run(await open(), shelf, "readwrite", (kept) => kept.delete(key));
    },
    decide: async (shelf, key, next) => decide(await open(), shelf, key, next),
  };
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const fail = () =>
      reject(refused("browser_unusable", "the browser does not let this page keep anything"));
    let request: IDBOpenDBRequest;
    try {
      request = indexedDB.open(NAME, VERSION);
    } catch {
      fail();
      return;
    }
    request.onupgradeneeded = () => {
      for (const shelf of SHELVES) {
        request.result.createObjectStore(shelf);
      }
    };
    request.onsuccess = () => {
      // Another tab with a later version of the pages may take over.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = request.onblocked = fail;
  });
}

/** Resolves when the transaction is on the disk. */
function run<T>(
  database: IDBDatabase,
  shelf: Shelf,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = begin(database, shelf, mode);
    const request = ask(transaction.objectStore(shelf));
    transaction.oncomplete = () => resolve(request.result as T);
    transaction.onabort = transaction.onerror = () => reject(unkept());
  });
}

function decide<T>(
  database: IDBDatabase,
  shelf: Shelf,
  key: string,
  next: (kept: T | undefined) => T | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = begin(database, shelf, "readwrite");
    const store = transaction.objectStore(shelf);
    const request = store.get(key);
    let why: unknown;
    request.onsuccess = () => {
      try {
        const value = next(request.result as T | undefined);
        if (value !== undefined) {
          store.put(value, key);
        }
      } catch (thrown) {
        why = thrown;
        transaction.abort();
      }
    };
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(why ?? unkept());
  });
}

function begin(database: IDBDatabase, shelf: Shelf, mode: IDBTransactionMode): IDBTransaction {
  return database.transaction(shelf, mode, { durability: "strict" });
}

function unkept(): Error {
  return refused("browser_unusable", "the browser could not keep what must be kept");
}
