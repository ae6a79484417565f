import { Component, type ComponentChildren } from "preact";
import { common } from "@/i18n/common";
import { text } from "@/i18n";
import { Button } from "@/kit/Button";

/** Keeps a screen that broke from taking the app along. */
export class Catch extends Component<{ children: ComponentChildren }, { error: unknown }> {
  override state = { error: null as unknown };

  static override getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
  }

  render() {
    if (this.state.error === null) return this.props.children;
    return (
      <main class="screen">
        <div class="state" role="alert">
          <h2>{text(common, "broken")}</h2>
          <Button look="quiet" onClick={() => location.reload()}>{text(common, "retry")}</Button>
        </div>
      </main>
    );
  }
}
