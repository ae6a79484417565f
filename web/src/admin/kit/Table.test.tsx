import { render } from "preact";
import { afterEach, expect, it } from "vitest";
import { Router } from "wouter";
import { Table } from "./Table";

interface Row {
  id: number;
  name: string;
  note: string | null;
}

const box = document.createElement("div");
afterEach(() => render(null, box));

function table(rows: Row[]): HTMLElement {
  render(
    <Router base="/app">
      <Table label="Rows" rows={rows} rowKey={(row) => row.id} to={(row) => `/admin/rows/${row.id}`} columns={[
        { head: "Name", lead: true, cell: (row) => row.name },
        { head: "Note", cell: (row) => row.note },
      ]} />
    </Router>,
    box,
  );
  return box;
}

const heads = (inside: HTMLElement) => [...inside.querySelectorAll("th")].map((head) => head.textContent);

it("leaves a column out that says nothing, and only then", () => {
  expect(heads(table([{ id: 1, name: "a", note: null }]))).toEqual(["Name"]);
  expect(heads(table([{ id: 1, name: "a", note: null }, { id: 2, name: "b", note: "x" }]))).toEqual(["Name", "Note"]);
});

it("leads from each row to its place", () => {
  const links = [...table([{ id: 7, name: "a", note: "x" }]).querySelectorAll("a")];
  expect(links.map((link) => [link.getAttribute("href"), link.textContent])).toEqual([["/app/admin/rows/7", "a"]]);
});

it("shows what people have typed as text", () => {
  const inside = table([{ id: 1, name: "<img src=x onerror=alert(1)>", note: "x" }]);
  expect(inside.querySelector("img")).toBeNull();
  expect(inside.querySelector("a")?.textContent).toBe("<img src=x onerror=alert(1)>");
});
