import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/http.ts";
import type { UploadState } from "../src/types.ts";
import { sizeText, Upload, type UploadRoutes, type UploadView } from "../src/upload.ts";

const SIZE = 700_000;

/** A server that keeps what it is given, and can be cut off. */
class Shelf {
  bytes = 0;
  begun = 0;
  cuts = 0;
  refusal: ApiError | null = null;
  calls: string[] = [];

  state(): UploadState {
    const file = { id: "file_1", name: "a", size: SIZE, kind: "other" } as UploadState["file"];
    return {
      id: "file_1",
      name: "a",
      size: SIZE,
      offset: this.bytes,
      chunk: 1_048_576,
      expires_at: null,
      file: this.bytes === SIZE ? file : null,
    };
  }

  routes: UploadRoutes = {
    begin: async () => {
      this.begun += 1;
      return this.state();
    },
    call: async <T>(method: string, _id: string, rest: string, body: Blob | undefined) => {
      this.calls.push(`${method} ${rest}`);
      if (this.refusal) throw this.refusal;
      if (method === "PUT") {
        if (this.cuts-- > 0) throw new ApiError({ status: 0, code: "offline", title: "cut" });
        expect(rest).toBe(`?offset=${this.bytes}`);
        this.bytes += body?.size ?? 0;
      }
      return this.state() as T;
    },
  };
}

describe("an upload", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    vi.stubGlobal("addEventListener", () => {});
    vi.stubGlobal("removeEventListener", () => {});
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  async function ends(shelf: Shelf): Promise<{ upload: Upload; seen: UploadView[] }> {
    const seen: UploadView[] = [];
    const upload = new Upload(new Blob([new Uint8Array(SIZE)]), "a", shelf.routes, (view) =>
      seen.push(view),
    );
    for (let i = 0; i < 200 && !/ready|failed/.test(upload.view.phase); i++) {
      await vi.advanceTimersByTimeAsync(60_000);
    }
    return { upload, seen };
  }

  it("goes up piece by piece and ends with what it is", async () => {
    const shelf = new Shelf();
    const { upload, seen } = await ends(shelf);
    expect(upload.view).toMatchObject({ phase: "ready", progress: 1, file: { id: "file_1" } });
    const steps = seen.map((view) => view.progress);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
  });

  it("asks where to go on after a cut and sends nothing twice", async () => {
    const shelf = new Shelf();
    shelf.cuts = 3;
    const { upload, seen } = await ends(shelf);
    expect(upload.view.phase).toBe("ready");
    expect(seen.some((view) => view.phase === "waiting")).toBe(true);
    expect([shelf.begun, shelf.bytes]).toEqual([1, SIZE]);
    expect(shelf.calls.filter((call) => call.startsWith("GET"))).toHaveLength(3);
  });

  it("stops at a refusal and goes on when a person says so", async () => {
    const shelf = new Shelf();
    shelf.refusal = new ApiError({ status: 409, code: "file_infected", title: "no" });
    const { upload } = await ends(shelf);
    expect(upload.view).toMatchObject({ phase: "failed", error: { code: "file_infected" } });
    shelf.refusal = null;
    upload.retry();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(upload.view.phase).toBe("ready");
  });

  it("gives up asking for ever when nothing gets through", async () => {
    const shelf = new Shelf();
    shelf.cuts = 1_000;
    const { upload } = await ends(shelf);
    expect(upload.view).toMatchObject({ phase: "failed", error: { code: "offline" } });
  });

  it("is forgotten when it is cancelled", async () => {
    const shelf = new Shelf();
    const { upload } = await ends(shelf);
    upload.cancel();
    expect(shelf.calls.at(-1)).toBe("DELETE ");
  });
});

it("says sizes as people do", () => {
  expect(sizeText(100, "en")).toBe("1 kB");
  expect(sizeText(840_000, "en")).toBe("820 kB");
  expect(sizeText(16 * 1_048_576, "en")).toBe("16 MB");
});
