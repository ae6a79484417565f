import { expect, it } from "vitest";
import { sseReader } from "./sse";

const STREAM = 'id: 7\nevent: order_created\ndata: {"id":"a"}\n\nid: 8\n: quiet\n\nevent:reset\r\nid:9\r\ndata:{}\r\n\r\ndata: one\ndata: two\n\n';
const FRAMES = [
  { id: "7", event: "order_created", data: '{"id":"a"}' },
  { id: "8", event: "message", data: "" },
  { id: "9", event: "reset", data: "{}" },
  { id: undefined, event: "message", data: "one\ntwo" },
];

it("finds the frames, and signs of life with their ids", () => expect(sseReader()(STREAM)).toEqual(FRAMES));

it("finds them in pieces of any size", () => {
  for (let size = 1; size < 20; size += 1) {
    const read = sseReader();
    const found = [];
    for (let at = 0; at < STREAM.length; at += size) found.push(...read(STREAM.slice(at, at + size)));
    expect(found, String(size)).toEqual(FRAMES);
  }
});

it("waits for what is not whole yet", () => {
  const read = sseReader();
  expect(read("id: 1\ndata: half")).toEqual([]);
  expect(read(" more\n\n")).toEqual([{ id: "1", event: "message", data: "half more" }]);
});
