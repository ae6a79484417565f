export default function ServicesToday() {
  return null;
}
