// What the decompressor asks Node for, as browsers have it.
export const { ReadableStream } = globalThis;
