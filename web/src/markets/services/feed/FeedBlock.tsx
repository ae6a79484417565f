// Some rows of the feed. Out of sight they are neither laid out nor drawn, and take the room that they
// would; a thousand rows cost what the two dozen on the screen cost.

import { memo } from "preact/compat";
import { FeedRow } from "./FeedRow";
import type { Block, FeedStore } from "./store";

interface Props {
  feed: FeedStore;
  block: Block;
  me: number | undefined;
}

export const FeedBlock = memo(function FeedBlock({ feed, block, me }: Props) {
  return (
    <div class="svc-block" style={{ "--rows": block.ids.length }}>
      {block.ids.map((id) => <FeedRow feed={feed} id={id} me={me} key={id} />)}
    </div>
  );
});
