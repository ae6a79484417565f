export default function ShopToday() {
  return null;
}
