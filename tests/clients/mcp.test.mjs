// Does an MCP client that is not ours list and call every tool, over standard input and output and over HTTP?

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const binary = process.env.IBID_BIN;
const index = process.env.IBID_INDEX;
const address = process.env.IBID_ADDRESS;
assert.ok(binary && index && address, "tests/clients/run sets IBID_BIN, IBID_INDEX and IBID_ADDRESS");

const transports = {
  "standard input and output": () =>
    new StdioClientTransport({ command: binary, args: ["--index", index, "mcp"] }),
  HTTP: () => new StreamableHTTPClientTransport(new URL("/mcp", address)),
};

// The SDK checks each answer against the output schema of its tool, and throws where it does not fit.
async function call(client, name, args) {
  const result = await client.callTool({ name, arguments: args });
  assert.ok(!result.isError, JSON.stringify(result.content));
  assert.equal(result.content.length, 1);
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  return result.structuredContent;
}

for (const [name, transport] of Object.entries(transports)) {
  test(`over ${name}`, async (t) => {
    const client = new Client({ name: "a client that is not ours", version: "1.0.0" });
    await client.connect(transport());

    await t.test("the server says what it is and how to use it", () => {
      assert.equal(client.getServerVersion().name, "ibid");
      assert.match(client.getInstructions(), /heading path/);
      assert.ok(client.getServerCapabilities().tools);
    });

    await t.test("the tools are listed", async () => {
      const { tools } = await client.listTools();
      const names = tools.map((tool) => tool.name);
      assert.deepEqual(names, ["search", "get_passage", "get_article", "list_sources"]);
      for (const tool of tools) {
        assert.equal(tool.annotations.readOnlyHint, true);
        assert.ok(tool.outputSchema);
      }
    });

    await t.test("search finds what a passage and its article are read by", async () => {
      const found = await call(client, "search", { query: "charly horse", limit: 3 });
      assert.equal(found.hits.length, 3);
      assert.equal(found.next_offset, 3);
      assert.deepEqual(found.query.corrections, [{ from: "charly", to: "charley" }]);
      const [hit] = found.hits;
      const further = await call(client, "search", { query: "charly horse", limit: 3, offset: 3 });
      assert.equal(further.hits[0].rank, 4);

      const passage = await call(client, "get_passage", { id: hit.id, context: 1 });
      const texts = passage.articles[0].passages.map((part) => part.text);
      assert.ok(texts.includes(hit.text));
      assert.ok(texts.length > 1);

      const article = await call(client, "get_article", { id: hit.article.id });
      assert.equal(article.articles[0].article.title, hit.article.title);
      assert.ok(article.articles[0].passages.some((part) => part.id === hit.id));
    });

    await t.test("an empty answer is an answer", async () => {
      const found = await call(client, "search", { query: "zzqqxx" });
      assert.deepEqual(found.hits, []);
      assert.match(found.advice, /say so/);
    });

    await t.test("sources are listed", async () => {
      const { sources, total } = await call(client, "list_sources", {});
      assert.equal(total, sources.length);
      assert.ok(sources.every((source) => source.articles > 0));
    });

    await t.test("what goes wrong is told to the model", async () => {
      for (const [tool, args, reason] of [
        ["search", {}, /missing field `query`/],
        ["get_passage", { id: "nowhere" }, /no passage has the id/],
        ["get_article", { id: "nowhere" }, /no article has the id/],
      ]) {
        const result = await client.callTool({ name: tool, arguments: args });
        assert.equal(result.isError, true);
        assert.match(result.content[0].text, reason);
      }
      await assert.rejects(client.callTool({ name: "delete", arguments: {} }), /no tool/);
    });

    await t.test("many calls at once are all answered", async () => {
      const queries = Array.from({ length: 40 }, (_, number) => `back pain ${number}`);
      const answers = await Promise.all(queries.map((query) => call(client, "search", { query })));
      assert.deepEqual(answers.map((answer) => answer.query.text), queries);
    });

    await client.close();
  });
}
